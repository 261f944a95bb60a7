using System.Buffers;

namespace Comity.Emrtd.Ber;

/// <summary>Writes elements in DER (X.690 §10).</summary>
internal static class TlvWriter
{
    /// <summary>One element.</summary>
    public static byte[] Of(uint tag, params ReadOnlySpan<byte[]> parts)
    {
        var length = 0;
        foreach (var part in parts) length += part.Length;
        var output = new ArrayBufferWriter<byte>(length + 8);
        WriteHeader(output, tag, length);
        foreach (var part in parts) output.Write(part);
        return output.WrittenSpan.ToArray();
    }

    public static void Write(IBufferWriter<byte> output, uint tag, ReadOnlySpan<byte> value)
    {
        WriteHeader(output, tag, value.Length);
        output.Write(value);
    }

    /// <summary>An INTEGER of a magnitude, big-endian.</summary>
    public static byte[] Unsigned(ReadOnlySpan<byte> magnitude, uint tag = Tag.Integer)
    {
        var trimmed = magnitude.TrimStart((byte)0);
        if (trimmed.IsEmpty) return Of(tag, [0]);
        return trimmed[0] < 0x80 ? Of(tag, trimmed.ToArray()) : Of(tag, [0], trimmed.ToArray());
    }

    /// <summary>An OBJECT IDENTIFIER from its dotted form.</summary>
    public static byte[] Oid(string dotted, uint tag = Tag.Oid) => Of(tag, ObjectIdentifier.Encode(dotted));

    private static void WriteHeader(IBufferWriter<byte> output, uint tag, int length)
    {
        Span<byte> header = stackalloc byte[9];
        var at = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            if (tag >> shift != 0 || shift == 0) header[at++] = (byte)(tag >> shift);
        }
        if (length < 0x80) header[at++] = (byte)length;
        else
        {
            var bytes = length > 0xFFFFFF ? 4 : length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1;
            header[at++] = (byte)(0x80 | bytes);
            while (bytes-- > 0) header[at++] = (byte)(length >> (8 * bytes));
        }
        output.Write(header[..at]);
    }
}
