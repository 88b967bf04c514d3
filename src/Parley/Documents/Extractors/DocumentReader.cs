using Parley.Files;
using Parley.Kernel.Archives;

namespace Parley.Documents;

/// <summary>What was read.</summary>
/// <param name="Kind">One of <see cref="DocumentKinds"/>, or of the documents that are zips: docx, pptx, xlsx, odt, epub.</param>
internal sealed record ReadDocument(string Kind, DocumentText Text);

/// <summary>Reads stored bytes as the document they are. Thread-safe.</summary>
internal sealed class DocumentReader(BlobStore blobs, TimeProvider time)
{
    /// <summary>How long one may take (security.md section 6).</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="name">Tells texts apart that look alike; null: none.</param>
    /// <param name="fromWeb">A page that was fetched: of HTML only its main text.</param>
    /// <exception cref="ExtractionException">It cannot be read; the message says why.</exception>
    public async Task<ReadDocument> ReadAsync(byte[] hash, string name, bool fromWeb, CancellationToken ct)
    {
        var path =
            blobs.FindPath(hash)
            ?? throw new ExtractionException("its bytes are missing from the store: hand it over again");
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var read = await ReadAsync(path, name, fromWeb, either.Token);
            return read.Text.IsEmpty ? throw new ExtractionException("it holds no text") : read;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ExtractionException(
                $"it took longer than the {Limit.TotalSeconds} s that reading may take: hand it over in parts"
            );
        }
        catch (SourceException broken)
        {
            throw new ExtractionException(broken.Message, broken);
        }
    }

    private static async Task<ReadDocument> ReadAsync(string path, string name, bool fromWeb, CancellationToken ct)
    {
        var head = new byte[4096];
        int length;
        using (var file = File.OpenHandle(path))
        {
            length = RandomAccess.Read(file, head, 0);
        }

        // What is no text is read from the file; of texts only what fits a document is held.
        var kind = head.AsSpan(0, length).StartsWith("PK\u0003\u0004"u8) ? DocumentKinds.Zip : null;
        kind ??= head.AsSpan(0, Math.Min(length, 1024)).IndexOf("%PDF-"u8) >= 0 ? DocumentKinds.Pdf : null;
        if (kind == DocumentKinds.Zip)
        {
            return ReadZip(path, ct);
        }

        if (kind == DocumentKinds.Pdf)
        {
            var pages = new DocumentText(TextShape.Plain, ct);
            await new PdfReader(pages).ReadAsync(path, ct);
            return new ReadDocument(DocumentKinds.Pdf, pages);
        }

        if (new FileInfo(path).Length > 2L * DocumentText.MostBytes)
        {
            throw new ExtractionException(
                $"it holds more than {DocumentText.MostBytes >> 20} MB of text: hand it over in parts"
            );
        }

        var bytes = await File.ReadAllBytesAsync(path, ct);
        kind = DocumentKinds.Of(bytes, name);
        return ReadText(kind, bytes, fromWeb, ct);
    }

    private static ReadDocument ReadText(string kind, byte[] bytes, bool fromWeb, CancellationToken ct)
    {
        var shape = kind switch
        {
            DocumentKinds.Code or DocumentKinds.Json => TextShape.Code,
            DocumentKinds.Csv => TextShape.Rows,
            DocumentKinds.Plain => TextShape.Plain,
            _ => TextShape.Markdown,
        };
        var text = new DocumentText(shape, ct);
        switch (kind)
        {
            case DocumentKinds.Html:
                HtmlText.Read(Charsets.ToUtf8(bytes), text, mainOnly: fromWeb);
                break;
            case DocumentKinds.Mail:
                new MailReader(text).Read(bytes);
                break;
            case DocumentKinds.Json:
                JsonText.Read(Charsets.ToUtf8(bytes), text);
                break;
            default:
                text.Add(Charsets.ToUtf8(bytes));
                break;
        }

        return new ReadDocument(kind, text);
    }

    /// <summary>By the parts that each kind must have.</summary>
    private static ReadDocument ReadZip(string path, CancellationToken ct)
    {
        using var package = new ZipPackage(path, ct);
        var text = new DocumentText(TextShape.Markdown, ct);
        if (package.Has("word/document.xml"))
        {
            new DocxReader(package, text).Read();
            return new ReadDocument("docx", text);
        }

        if (package.Has("ppt/presentation.xml"))
        {
            new PptxReader(package, text).Read();
            return new ReadDocument("pptx", text);
        }

        if (package.Has("xl/workbook.xml"))
        {
            new XlsxReader(package, text).Read();
            return new ReadDocument("xlsx", text);
        }

        if (package.Has("META-INF/container.xml"))
        {
            new EpubReader(package, text).Read();
            return new ReadDocument("epub", text);
        }

        if (package.Has("content.xml"))
        {
            if (package.Find("META-INF/manifest.xml")?.AsSpan().IndexOf("encryption-data"u8) >= 0)
            {
                throw new ExtractionException("it is protected by a password: hand it over without");
            }

            new OpenDocumentReader(package, text).Read();
            return new ReadDocument("odt", text);
        }

        throw new ExtractionException(
            "it is a zip, and none of the documents that are zips (DOCX, PPTX, XLSX, ODT, EPUB): unpack it, and hand over what is in it"
        );
    }
}
