using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parley.Sqlite;

namespace Parley.Tests;

/// <summary>The VFS: structures of sqlite3.h and the functions SQLite calls.</summary>
internal sealed unsafe partial class FaultDisk
{
    private const int Ok = 0;
    private const int FullCode = 13;
    private const int IoError = 10;
    private const int ReadCode = IoError | (1 << 8);
    private const int WriteCode = IoError | (3 << 8);
    private const int SyncCode = IoError | (4 << 8);
    private const int TruncateCode = IoError | (6 << 8);

    private static readonly IoMethods* Methods = MakeMethods();
    private readonly Vfs* _system = (Vfs*)Native.sqlite3_vfs_find(null);
    private readonly Vfs* _vfs;
    private readonly GCHandle _self;

    public FaultDisk()
    {
        _self = GCHandle.Alloc(this);
        _vfs = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
        *_vfs = *_system;
        _vfs->Next = null;
        _vfs->FileSize = _system->FileSize + Header;
        _vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        _vfs->State = GCHandle.ToIntPtr(_self);
        _vfs->Open = &OnOpen;
        _vfs->Delete = &OnDelete;
        Assert.Equal(Ok, Native.sqlite3_vfs_register((nint)_vfs, 0));
    }

    public string Name { get; } = $"fault-{Guid.NewGuid():N}";

    private static int Header => (sizeof(OpenFile) + 15) & ~15;

    public void Dispose()
    {
        _ = Native.sqlite3_vfs_unregister((nint)_vfs);
        Marshal.FreeCoTaskMem((nint)_vfs->Name);
        NativeMemory.Free(_vfs);
        _self.Free();
    }

    private static FaultDisk Disk(OpenFile* file) => ((Opened)GCHandle.FromIntPtr(file->State).Target!).Disk;

    private static string PathOf(OpenFile* file) => ((Opened)GCHandle.FromIntPtr(file->State).Target!).Path;

    private static OpenFile* Inner(OpenFile* file) => (OpenFile*)((byte*)file + Header);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnOpen(Vfs* vfs, byte* name, OpenFile* file, int flags, int* given)
    {
        var disk = (FaultDisk)GCHandle.FromIntPtr(vfs->State).Target!;
        file->Methods = null;
        var code = disk._system->Open(disk._system, name, Inner(file), flags, given);
        if (Inner(file)->Methods != null)
        {
            var path = Marshal.PtrToStringUTF8((nint)name) ?? "";
            file->Methods = Methods;
            file->State = GCHandle.ToIntPtr(GCHandle.Alloc(new Opened(disk, path)));
            if (path.Length > 0)
            {
                lock (disk._gate)
                {
                    disk.Of(path);
                }
            }
        }

        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDelete(Vfs* vfs, byte* name, int syncFolder)
    {
        var disk = (FaultDisk)GCHandle.FromIntPtr(vfs->State).Target!;
        lock (disk._gate)
        {
            if (syncFolder != 0)
            {
                disk.Of(Marshal.PtrToStringUTF8((nint)name)!).Delete();
            }
        }

        return disk._system->Delete(disk._system, name, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClose(OpenFile* file)
    {
        GCHandle.FromIntPtr(file->State).Free();
        return Inner(file)->Methods->Close(Inner(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(OpenFile* file, byte* buffer, int count, long offset)
    {
        var disk = Disk(file);
        lock (disk._gate)
        {
            if (disk.Strikes(Fault.ReadError, Fault.ReadError, Fault.ReadError, PathOf(file)))
            {
                return ReadCode;
            }
        }

        return Inner(file)->Methods->Read(Inner(file), buffer, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(OpenFile* file, byte* buffer, int count, long offset)
    {
        var disk = Disk(file);
        var code = Ok;
        lock (disk._gate)
        {
            if (disk.Strikes(Fault.Full, Fault.WriteError, Fault.ShortWrite, PathOf(file)))
            {
                code = disk._fault == Fault.WriteError ? WriteCode : FullCode;
                count = disk._fault == Fault.ShortWrite ? count / 2 : 0;
            }

            if (count > 0)
            {
                disk.Of(PathOf(file)).Write(offset, new ReadOnlySpan<byte>(buffer, count));
            }
        }

        var written = count > 0 ? Inner(file)->Methods->Write(Inner(file), buffer, count, offset) : Ok;
        return code != Ok ? code : written;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTruncate(OpenFile* file, long size)
    {
        var disk = Disk(file);
        lock (disk._gate)
        {
            if (disk.Strikes(Fault.TruncateError, Fault.TruncateError, Fault.TruncateError, PathOf(file)))
            {
                return TruncateCode;
            }

            disk.Of(PathOf(file)).Truncate(size);
        }

        return Inner(file)->Methods->Truncate(Inner(file), size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSync(OpenFile* file, int flags)
    {
        var disk = Disk(file);
        lock (disk._gate)
        {
            disk.Syncs++;
            if (disk.Strikes(Fault.SyncError, Fault.SyncError, Fault.SyncError, PathOf(file)))
            {
                return SyncCode;
            }

            // The real sync is spared: the tests' disk is as durable as this object says.
            disk.Of(PathOf(file)).Sync();
        }

        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFileSize(OpenFile* file, long* size) => Inner(file)->Methods->FileSize(Inner(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLock(OpenFile* file, int level) => Inner(file)->Methods->Lock(Inner(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUnlock(OpenFile* file, int level) => Inner(file)->Methods->Unlock(Inner(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCheckReservedLock(OpenFile* file, int* answer) =>
        Inner(file)->Methods->CheckReservedLock(Inner(file), answer);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFileControl(OpenFile* file, int operation, void* argument) =>
        Inner(file)->Methods->FileControl(Inner(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSectorSize(OpenFile* file) => Inner(file)->Methods->SectorSize(Inner(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDeviceCharacteristics(OpenFile* file) =>
        Inner(file)->Methods->DeviceCharacteristics(Inner(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnShmMap(OpenFile* file, int page, int size, int extend, void** memory) =>
        Inner(file)->Methods->ShmMap(Inner(file), page, size, extend, memory);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnShmLock(OpenFile* file, int offset, int count, int flags) =>
        Inner(file)->Methods->ShmLock(Inner(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnShmBarrier(OpenFile* file) => Inner(file)->Methods->ShmBarrier(Inner(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnShmUnmap(OpenFile* file, int delete) => Inner(file)->Methods->ShmUnmap(Inner(file), delete);

    /// <summary>Lives as long as the process: SQLite keeps its address in every open file.</summary>
    private static IoMethods* MakeMethods()
    {
        var methods = (IoMethods*)NativeMemory.AllocZeroed((nuint)sizeof(IoMethods));
        methods->Version = 2;
        methods->Close = &OnClose;
        methods->Read = &OnRead;
        methods->Write = &OnWrite;
        methods->Truncate = &OnTruncate;
        methods->Sync = &OnSync;
        methods->FileSize = &OnFileSize;
        methods->Lock = &OnLock;
        methods->Unlock = &OnUnlock;
        methods->CheckReservedLock = &OnCheckReservedLock;
        methods->FileControl = &OnFileControl;
        methods->SectorSize = &OnSectorSize;
        methods->DeviceCharacteristics = &OnDeviceCharacteristics;
        methods->ShmMap = &OnShmMap;
        methods->ShmLock = &OnShmLock;
        methods->ShmBarrier = &OnShmBarrier;
        methods->ShmUnmap = &OnShmUnmap;
        return methods;
    }

    private sealed record Opened(FaultDisk Disk, string Path);

    /// <summary>Our <c>sqlite3_file</c>; the system's own lies behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        public IoMethods* Methods;
        public nint State;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileSize;
        public int MaxPath;
        public Vfs* Next;
        public byte* Name;
        public nint State;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OpenFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        public nint Access;
        public nint FullPathname;
        public nint DlOpen;
        public nint DlError;
        public nint DlSym;
        public nint DlClose;
        public nint Randomness;
        public nint Sleep;
        public nint CurrentTime;
        public nint GetLastError;
        public nint CurrentTimeInt64;
        public nint SetSystemCall;
        public nint GetSystemCall;
        public nint NextSystemCall;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OpenFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OpenFile*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, void*, int> FileControl;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> DeviceCharacteristics;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, void**, int> ShmMap;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, int> ShmLock;
        public delegate* unmanaged[Cdecl]<OpenFile*, void> ShmBarrier;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> ShmUnmap;
        public nint Fetch;
        public nint Unfetch;
    }
}
