using System.Runtime.InteropServices;

namespace Parley.Sqlite;

/// <summary><c>fts5_api</c> of sqlite3.h, as far as version 2 goes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Fts5Api
{
    public int Version;
    public delegate* unmanaged[Cdecl]<
        Fts5Api*,
        byte*,
        nint,
        Fts5TokenizerMethods*,
        delegate* unmanaged[Cdecl]<nint, void>,
        int> CreateTokenizer;
    public nint FindTokenizer;
    public delegate* unmanaged[Cdecl]<
        Fts5Api*,
        byte*,
        nint,
        delegate* unmanaged[Cdecl]<Fts5ExtensionApi*, nint, nint, int, nint*, void>,
        delegate* unmanaged[Cdecl]<nint, void>,
        int> CreateFunction;
}

/// <summary><c>fts5_tokenizer</c> of sqlite3.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Fts5TokenizerMethods
{
    public delegate* unmanaged[Cdecl]<nint, byte**, int, nint*, int> Create;
    public delegate* unmanaged[Cdecl]<nint, void> Delete;
    public delegate* unmanaged[Cdecl]<
        nint,
        nint,
        int,
        byte*,
        int,
        delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, int, int>,
        int> Tokenize;
}

/// <summary><c>Fts5PhraseIter</c> of sqlite3.h: two pointers into the position list.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Fts5PhraseIterator
{
    public nint A;
    public nint B;
}

/// <summary><c>Fts5ExtensionApi</c> of sqlite3.h, as far as version 2 goes. The first parameter of each is the Fts5Context.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Fts5ExtensionApi
{
    public int Version;
    public delegate* unmanaged[Cdecl]<nint, nint> UserData;
    public delegate* unmanaged[Cdecl]<nint, int> ColumnCount;
    public delegate* unmanaged[Cdecl]<nint, long*, int> RowCount;
    public delegate* unmanaged[Cdecl]<nint, int, long*, int> ColumnTotalSize;
    public nint Tokenize;
    public delegate* unmanaged[Cdecl]<nint, int> PhraseCount;
    public delegate* unmanaged[Cdecl]<nint, int, int> PhraseSize;
    public delegate* unmanaged[Cdecl]<nint, int*, int> InstCount;
    public delegate* unmanaged[Cdecl]<nint, int, int*, int*, int*, int> Inst;
    public delegate* unmanaged[Cdecl]<nint, long> RowId;
    public delegate* unmanaged[Cdecl]<nint, int, byte**, int*, int> ColumnText;
    public delegate* unmanaged[Cdecl]<nint, int, int*, int> ColumnSize;
    public delegate* unmanaged[Cdecl]<
        nint,
        int,
        nint,
        delegate* unmanaged[Cdecl]<Fts5ExtensionApi*, nint, nint, int>,
        int> QueryPhrase;
    public delegate* unmanaged[Cdecl]<nint, nint, delegate* unmanaged[Cdecl]<nint, void>, int> SetAuxData;
    public delegate* unmanaged[Cdecl]<nint, int, nint> GetAuxData;
    public delegate* unmanaged[Cdecl]<nint, int, Fts5PhraseIterator*, int*, int*, int> PhraseFirst;
    public delegate* unmanaged[Cdecl]<nint, Fts5PhraseIterator*, int*, int*, void> PhraseNext;
    public delegate* unmanaged[Cdecl]<nint, int, Fts5PhraseIterator*, int*, int> PhraseFirstColumn;
    public delegate* unmanaged[Cdecl]<nint, Fts5PhraseIterator*, int*, void> PhraseNextColumn;
}
