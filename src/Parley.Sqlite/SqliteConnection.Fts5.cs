using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Sqlite;

public sealed unsafe partial class SqliteConnection
{
    /// <summary>
    /// Registers an FTS5 tokenizer under a name, for <c>tokenize='name argument…'</c>. Each connection that touches such a table needs it.
    /// </summary>
    /// <param name="create">Given the arguments behind the name; what it throws makes opening the table fail.</param>
    public void RegisterTokenizer(string name, Func<IReadOnlyList<string>, Fts5Tokenizer> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        var api = Fts5();
        var methods = new Fts5TokenizerMethods
        {
            Create = &OnCreateTokenizer,
            Delete = &Free,
            Tokenize = &OnTokenize,
        };
        var state = GCHandle.Alloc(new TokenizerKind(this, create));
        using var z = new Utf8Z(name, stackalloc byte[128]);
        fixed (byte* nameZ = z.WithNul)
        {
            var code = api->CreateTokenizer(api, nameZ, GCHandle.ToIntPtr(state), &methods, &Free);
            if (code != Codes.Ok)
            {
                state.Free();
                throw Failure(code, null);
            }
        }
    }

    /// <summary>Registers an FTS5 auxiliary function, called as <c>name(table, arguments…)</c> in a full-text query.</summary>
    public void RegisterAuxiliary(string name, Fts5Auxiliary function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var api = Fts5();
        var state = GCHandle.Alloc(new Auxiliary(this, function));
        using var z = new Utf8Z(name, stackalloc byte[128]);
        fixed (byte* nameZ = z.WithNul)
        {
            var code = api->CreateFunction(api, nameZ, GCHandle.ToIntPtr(state), &OnAuxiliary, &Free);
            if (code != Codes.Ok)
            {
                state.Free();
                throw Failure(code, null);
            }
        }
    }

    private Fts5Api* Fts5()
    {
        Fts5Api* api = null;
        using var ask = Prepare("SELECT fts5(?1)");
        ask.BindPointer(1, &api, "fts5_api_ptr\0"u8);
        ask.Step();
        return api != null && api->Version >= 2 ? api : throw new NotSupportedException("this SQLite has no FTS5");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCreateTokenizer(nint state, byte** arguments, int count, nint* tokenizer)
    {
        var kind = (TokenizerKind)GCHandle.FromIntPtr(state).Target!;
        try
        {
            var words = new string[count];
            for (var i = 0; i < count; i++)
            {
                words[i] = Utf8Z.Read(arguments[i]) ?? "";
            }

            *tokenizer = GCHandle.ToIntPtr(GCHandle.Alloc(new Tokenizer(kind.Owner, kind.Create(words))));
            return Codes.Ok;
        }
        catch (Exception failure)
        {
            kind.Owner.Remember(failure);
            return Codes.Error;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTokenize(
        nint tokenizer,
        nint context,
        int reason,
        byte* text,
        int length,
        delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, int, int> token
    )
    {
        var self = (Tokenizer)GCHandle.FromIntPtr(tokenizer).Target!;
        try
        {
            var sink = new Fts5TokenSink(token, context);
            self.Body.Tokenize(
                new ReadOnlySpan<byte>(text, text == null ? 0 : length),
                (Fts5TokenizeReason)reason,
                ref sink
            );
            return sink.Code;
        }
        catch (Exception failure)
        {
            self.Owner.Remember(failure);
            return Codes.Error;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnAuxiliary(Fts5ExtensionApi* api, nint fts, nint context, int count, nint* arguments)
    {
        var call = new SqliteCall(context, count, arguments);
        var function = (Auxiliary)GCHandle.FromIntPtr(api->UserData(fts)).Target!;
        try
        {
            function.Body(new Fts5Match(api, fts, call));
        }
        catch (Exception failure)
        {
            function.Owner.Remember(failure);
            call.Fail(failure.Message);
        }
    }

    private sealed record TokenizerKind(SqliteConnection Owner, Func<IReadOnlyList<string>, Fts5Tokenizer> Create);

    private sealed record Tokenizer(SqliteConnection Owner, Fts5Tokenizer Body);

    private sealed record Auxiliary(SqliteConnection Owner, Fts5Auxiliary Body);
}
