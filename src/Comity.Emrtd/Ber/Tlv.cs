namespace Comity.Emrtd.Ber;

/// <summary>One element of tag, length and value, as cut from a file.</summary>
/// <param name="Tag">All tag bytes as one number: 0x61, 0x7F61, 0x5F1F.</param>
/// <param name="Offset">Where its tag stands, in bytes from the start of the file.</param>
/// <param name="HeaderLength">Bytes of tag and length.</param>
/// <param name="Raw">Tag, length and value.</param>
internal readonly record struct Tlv(uint Tag, int Offset, int HeaderLength, ReadOnlyMemory<byte> Raw)
{
    public ReadOnlyMemory<byte> Value => Raw[HeaderLength..];

    public ReadOnlySpan<byte> Span => Raw.Span[HeaderLength..];

    public int ValueOffset => Offset + HeaderLength;

    /// <summary>Whether it holds further elements (X.690 §8.1.2.5).</summary>
    public bool IsConstructed => IsConstructedTag(Tag);

    public static bool IsConstructedTag(uint tag) => ((tag > 0xFFFF ? tag >> 16 : tag > 0xFF ? tag >> 8 : tag) & 0x20) != 0;

    /// <summary>A reader of the elements inside.</summary>
    public TlvReader Inside(DefectLog? log = null) => new(Value, ValueOffset, log);
}

/// <summary>Universal tags (X.690).</summary>
internal static class Tag
{
    public const uint Boolean = 0x01, Integer = 0x02, BitString = 0x03, OctetString = 0x04, Null = 0x05, Oid = 0x06, Enumerated = 0x0A;
    public const uint Utf8String = 0x0C, PrintableString = 0x13, TeletexString = 0x14, Ia5String = 0x16, UtcTime = 0x17, GeneralizedTime = 0x18;
    public const uint VisibleString = 0x1A, UniversalString = 0x1C, BmpString = 0x1E;
    public const uint Sequence = 0x30, Set = 0x31;

    /// <summary>A context tag, primitive or constructed.</summary>
    public static uint Context(int number, bool constructed = true) => (uint)((constructed ? 0xA0 : 0x80) | number);
}
