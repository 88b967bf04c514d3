using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.Grok;

/// <summary>What an answer rests on: pages, posts, and cards, which are JSON inside strings. One per message.</summary>
internal sealed class GrokCitations(RecordContext record, GrokAssets assets)
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>Search results: cited ones come first, so that they win over the same among all that were found.</summary>
    public void Add(MessageDraft message, Json results, Utf8Arena arena)
    {
        foreach (var result in results.Items())
        {
            var url = result.Any("url", "URL", "link").String() ?? result.String();
            var preview = result.Any("preview", "snippet", "description", "text");
            if (result.IsObject ? url is not null || preview.Exists : url is not null)
            {
                Add(message, url, result["title"].String(), preview, arena);
            }
            else if (result.Exists)
            {
                message.Add(record.Unknown("web_search_result", result, arena));
            }
        }
    }

    /// <summary>Posts by id, and posts with what they say.</summary>
    public void AddPosts(MessageDraft message, Json ids, Json posts, Utf8Arena arena)
    {
        foreach (var post in posts.Items())
        {
            if (!post.Exists)
            {
                continue;
            }

            var id = post.Any("post_id", "postId", "id", "rest_id").Scalar();
            var author = post.Any("username", "user_name", "name", "author").String();
            Add(
                message,
                id is null ? post["url"].String() : PostUrl(id),
                author,
                post.Any("text", "full_text", "message"),
                arena
            );
        }

        foreach (var id in ids.Items())
        {
            if (id.Scalar() is { Length: > 0 } known && !seen.Contains(PostUrl(known)))
            {
                Add(message, PostUrl(known), null, default, arena);
            }
        }
    }

    public void AddCards(MessageDraft message, Json cards, Utf8Arena arena)
    {
        foreach (var card in cards.IsArray ? cards.Items() : [cards])
        {
            if (card.IsString)
            {
                AddCard(message, card, arena);
            }
            else if (card.Exists)
            {
                Card(message, card, card, arena);
            }
        }
    }

    private void AddCard(MessageDraft message, Json card, Utf8Arena arena)
    {
        try
        {
            using var document = JsonSlices.Parse(Encoding.UTF8.GetBytes(card.String()!));
            var inner = new Json(document.RootElement);
            foreach (var one in inner.IsArray ? inner.Items() : [inner])
            {
                Card(message, one, card, arena);
            }
        }
        catch (JsonException)
        {
            record.Warn("bad-card", "a card is no JSON, kept as it stands");
            message.Add(new PartDraft(PartKind.Unknown) { Name = "card", Text = card.Readable(arena) });
        }
    }

    private void Card(MessageDraft message, Json card, Json source, Utf8Arena arena)
    {
        var image = card.Any("image", "image_chunk", "generated_image_chunk");
        var picture = image.Any("original", "imageUrl", "url", "link").String() ?? card["imageUrl"].String();
        var url = card.Any("url", "link").String();
        if (picture is not null)
        {
            var id = image.Any("imageUuid", "image_uuid").String() ?? picture;
            var title = image.Any("title", "imageTitle").String() ?? card["title"].String();
            var part = assets.Part(id, null, null, PartKind.Image, IsWeb(picture) ? picture : null);
            message.Add(
                part with
                {
                    Text = title is null ? default : arena.Add(title),
                    Extras = card.IsObject ? card.Raw(arena) : default,
                }
            );
        }
        else if (url is not null)
        {
            Add(message, url, card["title"].String(), card.Any("preview", "snippet", "text", "description"), arena);
        }
        else if (card.Exists)
        {
            message.Add(record.Unknown(card.Any("cardType", "card_type", "type").String() ?? "card", source, arena));
        }
    }

    private void Add(MessageDraft message, string? url, string? title, Json text, Utf8Arena arena)
    {
        var known = url ?? "";
        var first = seen.Add(known);
        if (!seen.Add(known + "\n" + text.String()) || (!first && !text.Exists))
        {
            return;
        }

        message.Add(
            new PartDraft(PartKind.Citation)
            {
                Url = url,
                Name = title,
                Text = text.TextOrRaw(arena),
            }
        );
    }

    private static string PostUrl(string id) => "https://x.com/i/status/" + id;

    private static bool IsWeb(string url) =>
        url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("http://", StringComparison.Ordinal);
}
