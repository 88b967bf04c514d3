using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Sqlite;

/// <summary>An auxiliary function: called for a matching row, answers through <see cref="Fts5Match.Call"/>.</summary>
public delegate void Fts5Auxiliary(Fts5Match match);

/// <summary>One place where a phrase of the query stands: token <paramref name="Offset"/> of a column, counted from 0.</summary>
public readonly record struct Fts5Instance(int Phrase, int Column, int Offset);

/// <summary>
/// The current row of a full-text query as an auxiliary function sees it (https://sqlite.org/fts5.html#custom_auxiliary_functions).
/// Valid until the function returns.
/// </summary>
public readonly unsafe ref struct Fts5Match
{
    private readonly Fts5ExtensionApi* _api;
    private readonly nint _fts;

    internal Fts5Match(Fts5ExtensionApi* api, nint fts, SqliteCall call)
    {
        _api = api;
        _fts = fts;
        Call = call;
    }

    /// <summary>The arguments behind the table's name, and the result.</summary>
    public SqliteCall Call { get; }

    public long RowId => _api->RowId(_fts);

    public int ColumnCount => _api->ColumnCount(_fts);

    public int PhraseCount => _api->PhraseCount(_fts);

    /// <summary>Rows in the table; SQLite reads it from the table's averages, not by counting.</summary>
    public long RowCount
    {
        get
        {
            long rows;
            Check(_api->RowCount(_fts, &rows));
            return rows;
        }
    }

    /// <summary>Places where phrases of the query stand in this row.</summary>
    public int InstCount
    {
        get
        {
            int count;
            Check(_api->InstCount(_fts, &count));
            return count;
        }
    }

    /// <summary>Tokens of a phrase.</summary>
    public int PhraseSize(int phrase) => _api->PhraseSize(_fts, phrase);

    /// <summary>The n-th place, in order of column and offset.</summary>
    public Fts5Instance Inst(int index)
    {
        int phrase,
            column,
            offset;
        Check(_api->Inst(_fts, index, &phrase, &column, &offset));
        return new(phrase, column, offset);
    }

    /// <summary>Tokens in a column of this row; of all columns for -1.</summary>
    public int ColumnSize(int column)
    {
        int size;
        Check(_api->ColumnSize(_fts, column, &size));
        return size;
    }

    /// <summary>Tokens in a column of all rows; in all columns for -1.</summary>
    public long ColumnTotalSize(int column)
    {
        long size;
        Check(_api->ColumnTotalSize(_fts, column, &size));
        return size;
    }

    /// <summary>A column's stored text; empty for a contentless table. Valid until the function returns.</summary>
    public ReadOnlySpan<byte> ColumnText(int column)
    {
        byte* text;
        int length;
        Check(_api->ColumnText(_fts, column, &text, &length));
        return new(text, text == null ? 0 : length);
    }

    /// <summary>Rows that hold the phrase, counted by running it alone: as dear as that query, so keep the answer in <see cref="State{T}"/>.</summary>
    public long PhraseRowCount(int phrase)
    {
        long rows = 0;
        Check(_api->QueryPhrase(_fts, phrase, (nint)(&rows), &CountRow));
        return rows;
    }

    /// <summary>The places of one phrase in this row; cheaper than <see cref="Inst"/>, which sorts all phrases' places together.</summary>
    public Fts5Positions Positions(int phrase) => new(_api, _fts, phrase);

    /// <summary>An object this function keeps from row to row of one query; made by <paramref name="create"/> at the first.</summary>
    public T State<T>(Func<T> create)
        where T : class
    {
        var handle = _api->GetAuxData(_fts, 0);
        if (handle != 0)
        {
            return (T)GCHandle.FromIntPtr(handle).Target!;
        }

        var state = create();
        Check(_api->SetAuxData(_fts, GCHandle.ToIntPtr(GCHandle.Alloc(state)), &SqliteConnection.Free));
        return state;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CountRow(Fts5ExtensionApi* api, nint fts, nint rows)
    {
        ++*(long*)rows;
        return Codes.Ok;
    }

    private static void Check(int code)
    {
        if (code != Codes.Ok)
        {
            throw new SqliteException(code, Utf8Z.Read(Native.sqlite3_errstr(code))!);
        }
    }
}

/// <summary>Walks the places of one phrase: <c>foreach (var place in match.Positions(0))</c>.</summary>
public unsafe ref struct Fts5Positions
{
    private readonly Fts5ExtensionApi* _api;
    private readonly nint _fts;
    private readonly int _phrase;
    private Fts5PhraseIterator _at;
    private bool _begun;

    internal Fts5Positions(Fts5ExtensionApi* api, nint fts, int phrase)
    {
        _api = api;
        _fts = fts;
        _phrase = phrase;
    }

    public Fts5Instance Current { get; private set; }

    public readonly Fts5Positions GetEnumerator() => this;

    public bool MoveNext()
    {
        int column = Current.Column,
            offset = Current.Offset; // the next place is told as a difference to the last
        fixed (Fts5PhraseIterator* at = &_at)
        {
            if (_begun)
            {
                _api->PhraseNext(_fts, at, &column, &offset);
            }
            else if (_api->PhraseFirst(_fts, _phrase, at, &column, &offset) is not Codes.Ok and var code)
            {
                throw new SqliteException(code, Utf8Z.Read(Native.sqlite3_errstr(code))!);
            }
        }

        _begun = true;
        Current = new(_phrase, column, offset);
        return column >= 0;
    }
}
