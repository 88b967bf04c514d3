namespace Parley.Search.Segments;

/// <summary>
/// What never changes about a document, in 16 bits: <c>[6 fields that hold text][1 tool][1 thinking][1 attachment]
/// [1 code][1 hidden][1 unused][1 undated][3 kind]</c>, the kind lowest.
/// </summary>
internal readonly record struct DocumentTraits(ushort Bits)
{
    public const int Size = 2;

    /// <summary>The kind of a conversation's title. Kinds 1 to 4 are messages: their <see cref="Conversations.Role"/>.</summary>
    public const int Title = 0;

    /// <summary>The kind of a project's document.</summary>
    public const int Document = 5;

    public const int KindMask = 7;

    /// <summary>The source does not say when it was written; the id's time is another's.</summary>
    public const int Undated = 1 << 3;

    public const int Hidden = 1 << 5;
    public const int Code = 1 << 6;
    public const int Attachment = 1 << 7;
    public const int Thinking = 1 << 8;
    public const int Tool = 1 << 9;
    public const int FieldsShift = 10;

    public int Kind => Bits & KindMask;

    public bool IsMessage => Kind is not (Title or Document);

    /// <summary>One bit a <see cref="SearchField"/>.</summary>
    public int Fields => Bits >> FieldsShift;

    /// <summary>Positions count from this field's; see <see cref="Position"/>.</summary>
    public int FirstField => Fields == 0 ? 0 : System.Numerics.BitOperations.TrailingZeroCount(Fields);

    public DocumentTraits With(SearchField field) => new((ushort)(Bits | (1 << (FieldsShift + (int)field))));
}

/// <summary>
/// Where a token stands: its field above, its number in the field in the low 24 bits. Stored relative to the first
/// field that the document has, so that the common document of one field costs nothing for it.
/// </summary>
internal static class Position
{
    public const int FieldShift = 24;
    public const int MaxInField = (1 << FieldShift) - 1;

    /// <summary>The last of the last field.</summary>
    public const int Max = (SearchFields.Count << FieldShift) - 1;

    public static int Of(SearchField field, int number) => ((int)field << FieldShift) | Math.Min(number, MaxInField);

    public static SearchField Field(int position) => (SearchField)(position >> FieldShift);
}
