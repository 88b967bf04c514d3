using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>Gathers what is wrong with the fields of one request, so that a client hears all of it at once.</summary>
internal sealed class FieldChecks
{
    private readonly List<FieldError> errors = [];

    public void Add(string field, string message) => errors.Add(new FieldError(field, message));

    /// <summary>Takes over what was noted of an inner object.</summary>
    public void AddAll(FieldChecks inner, string at) =>
        errors.AddRange(inner.errors.Select(e => new FieldError($"{at}.{e.Field}", e.Message)));

    /// <summary>Text a person wrote: bounded, and without U+0000, which nothing could show.</summary>
    public void Text(string field, string? value, int max, bool required = false)
    {
        if (required && string.IsNullOrWhiteSpace(value))
        {
            Add(field, "is required");
        }
        else if (value is not null)
        {
            Length(field, value, max);
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                Add(field, "must not contain U+0000");
            }
        }
    }

    /// <summary>A name people type and see in lists: text in one line.</summary>
    public void Name(string field, string? value, int max)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(field, "must not be empty");
            return;
        }

        Length(field, value, max);
        if (value.Any(char.IsControl))
        {
            Add(field, "must not contain control characters");
        }
    }

    /// <exception cref="ProblemException">Something was noted.</exception>
    public void Done()
    {
        if (errors.Count > 0)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                string.Join("; ", errors.Select(e => $"{e.Field} {e.Message}")),
                [.. errors]
            );
        }
    }

    /// <summary>Characters are code points: an emoji is one.</summary>
    private void Length(string field, string value, int max)
    {
        if (value.Length > max && value.EnumerateRunes().Count() > max)
        {
            Add(field, $"must not be longer than {max} characters");
        }
    }
}
