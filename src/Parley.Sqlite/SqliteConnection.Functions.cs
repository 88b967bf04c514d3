using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Sqlite;

public sealed unsafe partial class SqliteConnection
{
    /// <summary>
    /// Registers an SQL function. It runs on the connection's thread; what it throws makes the statement fail, with the exception inside.
    /// Views and triggers of the database may not call it.
    /// </summary>
    /// <param name="arguments">How many it takes; -1 for any number.</param>
    /// <param name="deterministic">Same arguments, same result: SQLite may then call it once for many rows.</param>
    public void RegisterFunction(string name, int arguments, bool deterministic, SqliteFunction function)
    {
        const int directOnly = 0x80000;
        const int isDeterministic = 0x800;
        ArgumentNullException.ThrowIfNull(function);
        var state = GCHandle.Alloc(new Function(this, function));
        using var z = new Utf8Z(name, stackalloc byte[128]);
        int code;
        fixed (byte* nameZ = z.WithNul)
        {
            // On failure SQLite calls the destructor itself.
            code = Native.sqlite3_create_function_v2(
                Handle,
                nameZ,
                arguments,
                Codes.Utf8 | directOnly | (deterministic ? isDeterministic : 0),
                GCHandle.ToIntPtr(state),
                &OnCall,
                0,
                0,
                &Free
            );
        }

        if (code != Codes.Ok)
        {
            throw Failure(code, null);
        }
    }

    /// <summary>Frees the handle behind a pointer that C held for us.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void Free(nint state) => GCHandle.FromIntPtr(state).Free();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnCall(nint context, int count, nint* arguments)
    {
        var call = new SqliteCall(context, count, arguments);
        var function = (Function)GCHandle.FromIntPtr(Native.sqlite3_user_data(context)).Target!;
        try
        {
            function.Body(call);
        }
        catch (Exception failure)
        {
            function.Owner.Remember(failure);
            call.Fail(failure.Message);
        }
    }

    private sealed record Function(SqliteConnection Owner, SqliteFunction Body);
}
