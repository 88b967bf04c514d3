using System.Buffers;
using System.IO.Compression;
using Parley.Identity;

namespace Parley.Conversations;

/// <summary>A zip of many conversations, made as it is sent: memory holds one piece of one file.</summary>
internal sealed class ExportZip(ExportStore store, Stream to)
{
    /// <summary>Where attachments' bytes stand in the zip, each by its attachment's id.</summary>
    public const string FilesFolder = "files/";

    private const int IdsPerRead = 200;
    private const int PieceBytes = 64 * 1024;

    public async Task WriteAsync(Caller caller, ExportOptions options, CancellationToken ct)
    {
        var pieces = new PieceStream(to);
        await using (pieces)
        {
            // The archive writes only when told to, into memory; every piece then leaves without holding a thread.
            using (var zip = new ZipArchive(pieces, ZipArchiveMode.Create, leaveOpen: true))
            {
                var number = 0;
                for (
                    var ids = await store.ListAsync(caller, options.Space, options.Since, 0, IdsPerRead, ct);
                    ids.Count > 0;

                )
                {
                    foreach (var id in ids)
                    {
                        await AddAsync(zip, pieces, caller, id, options, ++number, ct);
                    }

                    ids = await store.ListAsync(caller, options.Space, options.Since, ids[^1], IdsPerRead, ct);
                }
            }

            await pieces.SendAsync(ct);
        }
    }

    private async Task AddAsync(
        ZipArchive zip,
        PieceStream pieces,
        Caller caller,
        long id,
        ExportOptions options,
        int number,
        CancellationToken ct
    )
    {
        var file = await store.WriteAsync(caller, id, options.Format, options.Scope, ct);
        if (file is null)
        {
            return; // deleted meanwhile
        }

        await using (file)
        {
            var name = $"{number:00000} {FileNames.Of(file.Conversation.Title, options.Format.Extension)}";
            await using (var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open())
            {
                await file.SendAsync(new PieceWriter(entry, pieces, ct), ct);
            }

            await pieces.SendAsync(ct);
        }

        // The forms that are read back bring their files; those for reading name them.
        if (options.Format.HoldsAll)
        {
            foreach (var attached in await store.FilesAsync(id, ct))
            {
                await AddFileAsync(zip, pieces, attached, ct);
            }
        }
    }

    private async Task AddFileAsync(ZipArchive zip, PieceStream pieces, AttachedBytes attached, CancellationToken ct)
    {
        if (store.Open(attached) is not { } content)
        {
            return; // gone from the disk: the conversation's file says that there was one
        }

        await using (content)
        {
            var name = FilesFolder + Kernel.Ids.Format(attached.Id, Kernel.IdKind.File);
            await using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            await content.CopyToAsync(new PieceWriter(entry, pieces, ct), PieceBytes, ct);
        }

        await pieces.SendAsync(ct);
    }

    /// <summary>Collects what the archive writes until it is sent.</summary>
    private sealed class PieceStream(Stream to) : WriteOnlyStream
    {
        private readonly ArrayBufferWriter<byte> pending = new(PieceBytes);

        public int Pending => pending.WrittenCount;

        public override void Write(ReadOnlySpan<byte> buffer) => pending.Write(buffer);

        public async Task SendAsync(CancellationToken ct)
        {
            if (pending.WrittenCount > 0)
            {
                await to.WriteAsync(pending.WrittenMemory, ct);
                pending.ResetWrittenCount();
            }
        }
    }

    /// <summary>Writes into an entry, and sends on whenever a piece is full.</summary>
    private sealed class PieceWriter(Stream entry, PieceStream pieces, CancellationToken ct) : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => entry.Write(buffer);

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            entry.Write(buffer.Span);
            if (pieces.Pending >= PieceBytes)
            {
                await pieces.SendAsync(ct);
            }
        }
    }
}
