using Parley.Conversations;
using Parley.Documents;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Chat;

/// <summary>
/// The files that go with a question: images as images, of anything else its text. What a model could not be told is
/// refused before anything is written, so that no answer rests on less than was asked with. Thread-safe.
/// </summary>
internal sealed class QuestionFiles(Db db, FileTexts texts)
{
    public const int Most = 16;

    /// <summary>Bytes of text of all files of a question.</summary>
    private const int MostText = TextLimits.MessageText;

    /// <exception cref="ProblemException">400: which file, and why it cannot be told.</exception>
    public async ValueTask<IReadOnlyList<QuestionFile>> ReadAsync(
        Caller caller,
        IReadOnlyList<string>? ids,
        CancellationToken ct
    )
    {
        if (ids is not { Count: > 0 })
        {
            return [];
        }

        if (caller.Scopes?.Allow(new AccessPolicy(AccessLevel.User, KeyScopes.Files), reads: true) == false)
        {
            throw new ProblemException(ProblemCodes.Forbidden, $"the key has no scope \"{KeyScopes.Files}\" for that");
        }

        var files = new List<QuestionFile>(ids.Count);
        var room = MostText;
        for (var i = 0; i < ids.Count; i++)
        {
            var field = $"files[{i}]";
            var file = await FindAsync(caller, ids[i], ct) ?? throw QueryReader.Invalid(field, "there is no such file");
            if (!file.IsImage)
            {
                file = await WithTextAsync(file, field, ct);
                room -= file.Text.Length;
            }

            if (room < 0)
            {
                throw QueryReader.Invalid(
                    field,
                    $"together they hold more than {MostText / 1000} KB of text: put them among the documents and ask with use_rag"
                );
            }

            files.Add(file);
        }

        return files;
    }

    private async Task<QuestionFile?> FindAsync(Caller caller, string? text, CancellationToken ct) =>
        Ids.TryParse(text, IdKind.File, out var id)
        && await db.ReadAsync(session => AttachmentRows.Find(session, caller.OwnerId, id), ct)
            is { Blob: { } blob } file
            ? new QuestionFile(id, file.Name ?? "file", file.MediaType, file.Size, blob)
            : null;

    private async Task<QuestionFile> WithTextAsync(QuestionFile file, string field, CancellationToken ct)
    {
        var kind = file.MediaType?.Split('/')[0];
        if (kind is "image" or "audio" or "video")
        {
            throw QueryReader.Invalid(
                field,
                kind == "image"
                    ? $"{file.Name}: models are told PNG, JPEG, GIF and WebP of {ContextImage.Largest >> 20} MB at most"
                    : $"{file.Name}: models are told no {(kind == "audio" ? "sound" : "video")}, only images and texts"
            );
        }

        var read = await texts.ReadAsync(file.Blob, file.Name, ct);
        return read.Failure is { } failure
            ? throw QueryReader.Invalid(field, $"{file.Name}: {failure}")
            : file with
            {
                Text = read.Utf8,
            };
    }
}

/// <summary>A file of the caller's, or one in a conversation that they may read.</summary>
/// <param name="Id">Of the file, or of the attachment.</param>
/// <param name="MediaType">By its content; null: unknown.</param>
/// <param name="Blob">SHA-256 of its bytes.</param>
internal sealed record QuestionFile(long Id, string Name, string? MediaType, long? Size, byte[] Blob)
{
    /// <summary>UTF-8; empty for an image.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    public bool IsImage => ContextImage.IsTold(MediaType, Size);

    /// <summary>A part of a message that names it; the message gets an attachment of its own over the same bytes.</summary>
    public PartDraft Part(Utf8Arena arena) =>
        new(IsImage ? PartKind.Image : PartKind.File)
        {
            Attachment = new AttachmentDraft
            {
                Name = Name,
                MediaType = MediaType,
                Size = Size,
                StoredId = Id,
                ExtractedText = arena.Add(Text.Span),
            },
        };
}

/// <summary>A question, with what it was found to mean before anything is written.</summary>
internal sealed record PreparedQuestion(AskRequest Request, string? SystemPrompt, IReadOnlyList<QuestionFile> Files)
{
    /// <summary>
    /// Why its files cannot be told; said in the write, so that a request that comes again with its key is told what it
    /// was told before, whatever has become of the files since (R4).
    /// </summary>
    public ProblemException? Refusal { get; init; }
}
