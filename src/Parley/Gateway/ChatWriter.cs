using System.Buffers;
using System.Text.Json;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>Writes the events of an answer in a client's words, as they come or as one document at the end.</summary>
internal abstract class ChatWriter(HttpContext http, string model, bool streams, DateTimeOffset began) : IDisposable
{
    private readonly ArrayBufferWriter<byte> text = new();
    private readonly ArrayBufferWriter<byte> thinking = new();
    private Utf8JsonWriter? json;

    protected string Model => model;

    protected DateTimeOffset Began => began;

    /// <summary>Of an answer that is not streamed: everything so far.</summary>
    protected ReadOnlySpan<byte> Text => text.WrittenSpan;

    /// <inheritdoc cref="Text"/>
    protected ReadOnlySpan<byte> Thinking => thinking.WrittenSpan;

    protected List<ToolCall> Calls { get; } = [];

    public ModelUsage? Usage { get; private set; }

    /// <summary>Bytes of text and thinking so far.</summary>
    public long Written { get; private set; }

    protected abstract string StreamType { get; }

    /// <summary>Before and after each document of a stream.</summary>
    protected abstract (byte[] Before, byte[] After) Frame { get; }

    public void Start()
    {
        http.Response.ContentType = streams ? StreamType : "application/json";
        http.Response.Headers.CacheControl = "no-store";
    }

    public async ValueTask WriteAsync(ModelEvent one)
    {
        Written += one.Text.Length;
        switch (one.Kind)
        {
            case ModelEventKind.Usage:
                Usage = one.Usage;
                return;
            case ModelEventKind.ToolCall:
                Calls.Add(one.Call!);
                break;
            case ModelEventKind.Text when !streams:
                text.Write(one.Text.Span);
                break;
            case ModelEventKind.Thinking when !streams:
                thinking.Write(one.Text.Span);
                break;
        }

        if (streams)
        {
            if (one.Kind == ModelEventKind.Finish)
            {
                Ending(one.Finish!);
            }
            else
            {
                Document(one, static (self, json, one) => self.Piece(json, one));
            }
        }
        else if (one.Kind == ModelEventKind.Finish)
        {
            Document(one.Finish!, static (self, json, finish) => self.Whole(json, finish));
        }
        else
        {
            return;
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>A failure after the first piece: the last word of a stream.</summary>
    public async ValueTask FailAsync(UpstreamException failure)
    {
        if (!streams)
        {
            http.Abort();
            return;
        }

        Document(failure, static (self, json, failure) => self.Failed(json, failure));
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    public void Dispose() => json?.Dispose();

    protected abstract void Piece(Utf8JsonWriter json, ModelEvent one);

    /// <summary>The documents that end a stream.</summary>
    protected abstract void Ending(string finish);

    protected abstract void Whole(Utf8JsonWriter json, string finish);

    protected abstract void Failed(Utf8JsonWriter json, UpstreamException failure);

    protected void Document<T>(T about, Action<ChatWriter, Utf8JsonWriter, T> write)
    {
        var to = http.Response.BodyWriter;
        if (streams)
        {
            to.Write(Frame.Before);
        }

        json ??= new Utf8JsonWriter(to, JsonOut.Options);
        json.Reset(to);
        json.WriteStartObject();
        write(this, json, about);
        json.WriteEndObject();
        json.Flush();
        if (streams)
        {
            to.Write(Frame.After);
        }
    }

    protected void Raw(ReadOnlySpan<byte> bytes) => http.Response.BodyWriter.Write(bytes);
}
