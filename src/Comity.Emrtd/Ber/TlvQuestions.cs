namespace Comity.Emrtd.Ber;

/// <summary>Small questions to a reader.</summary>
internal static class TlvQuestions
{
    /// <summary>The first element with a tag, from where the reader stands.</summary>
    public static bool TryFind(this TlvReader reader, uint tag, out Tlv tlv) => reader.Find(tag, out tlv);

    /// <summary>The next element, without moving the reader that asks.</summary>
    public static bool TryNextAny(this TlvReader reader, out Tlv tlv) => reader.TryNext(out tlv);

    /// <summary>A BOOLEAN with default false.</summary>
    public static bool TryBoolean(this TlvReader reader) => reader.TryNext(Tag.Boolean, out var flag) && flag.Span is [not 0, ..];
}
