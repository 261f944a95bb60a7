using System.Buffers;

namespace Comity.Emrtd.Ber;

/// <summary>Turns indefinite lengths and strings in pieces into DER's form; leaves every other byte as it is.</summary>
/// <remarks>X.690 §8.1.3.6 and §8.7.3. Some States' security objects use both, though Doc 9303-10 §4.6.2 asks for DER.</remarks>
internal static class Indefinite
{
    private const int MaxDepth = 24;

    /// <summary>The same bytes where there is nothing to change or they cannot be followed; otherwise new ones.</summary>
    public static ReadOnlyMemory<byte> Resolve(ReadOnlyMemory<byte> file, DefectLog? log)
    {
        var at = 0;
        if (!Occurs(file.Span, ref at, 0)) return file;
        log?.Add(DefectCode.NotDer, 0, "file");
        var output = new ArrayBufferWriter<byte>(file.Length + 64);
        at = 0;
        return Copy(file.Span, ref at, 0, output) ? output.WrittenMemory : file;
    }

    private static bool Occurs(ReadOnlySpan<byte> data, ref int at, int depth)
    {
        while (at < data.Length)
        {
            if (!TlvReader.TryHeader(data[at..], out var tag, out var header, out var length)) return false;
            if (length < 0 || tag == 0x24) return true;
            if (length > data.Length - at - header) length = data.Length - at - header;
            if (Tlv.IsConstructedTag(tag) && depth < MaxDepth)
            {
                var inner = 0;
                if (Occurs(data.Slice(at + header, (int)length), ref inner, depth + 1)) return true;
            }
            at += header + (int)length;
        }
        return false;
    }

    private static bool Copy(ReadOnlySpan<byte> data, ref int at, int depth, ArrayBufferWriter<byte> output)
    {
        if (depth > MaxDepth || !TlvReader.TryHeader(data[at..], out var tag, out var header, out var length)) return false;
        var start = at;
        at += header;
        var end = length < 0 ? data.Length : (int)Math.Min(data.Length, at + length);
        if (length >= 0 && !(Tlv.IsConstructedTag(tag) && HasAny(data[at..end], depth)) && tag != 0x24)
        {
            output.Write(data[start..end]);
            at = end;
            return true;
        }

        var content = new ArrayBufferWriter<byte>();
        while (at < end)
        {
            if (length < 0 && data[at] == 0 && at + 1 < data.Length && data[at + 1] == 0) break;
            if (!Copy(data[..end], ref at, depth + 1, content)) return false;
        }
        if (length < 0)
        {
            if (at + 1 >= data.Length) return false;
            at += 2;
        }
        if (tag == 0x24) Join(content.WrittenMemory, output);
        else TlvWriter.Write(output, tag, content.WrittenSpan);
        return true;
    }

    private static bool HasAny(ReadOnlySpan<byte> data, int depth)
    {
        var at = 0;
        return Occurs(data, ref at, depth);
    }

    private static void Join(ReadOnlyMemory<byte> pieces, ArrayBufferWriter<byte> output)
    {
        var joined = new ArrayBufferWriter<byte>(Math.Max(1, pieces.Length));
        var reader = new TlvReader(pieces, 0, null);
        while (reader.TryNext(out var piece)) joined.Write(piece.Span);
        TlvWriter.Write(output, Tag.OctetString, joined.WrittenSpan);
    }
}
