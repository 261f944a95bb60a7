using System.Diagnostics.CodeAnalysis;

namespace Comity.Emrtd.Ber;

/// <summary>Reads elements one after the other; what a State got wrong in one is noted and the rest still read.</summary>
/// <remarks>
/// X.690 and ISO/IEC 7816-4 §6.3. Lengths are definite here: <see cref="Indefinite"/> makes them so first. An element that claims
/// more than there is gets what there is.
/// </remarks>
internal struct TlvReader(ReadOnlyMemory<byte> data, int offset, DefectLog? log)
{
    private ReadOnlyMemory<byte> _rest = data;
    private int _offset = offset;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly int Offset => _offset;

    /// <summary>The tag of the next element, or 0 at the end or where none can be read.</summary>
    public readonly uint PeekTag() => TryHeader(_rest.Span, out var tag, out _, out _) ? tag : 0;

    /// <summary>The next element; false at the end and where no header can be read.</summary>
    public bool TryNext(out Tlv tlv)
    {
        tlv = default;
        if (_rest.IsEmpty) return false;
        var span = _rest.Span;
        if (!TryHeader(span, out var tag, out var header, out var length))
        {
            log?.Add(DefectCode.HeaderMalformed, _offset, "element");
            _rest = default;
            return false;
        }
        if (length < 0)
        {
            log?.Add(DefectCode.NotDer, _offset, $"tag {tag:X2}");
            length = span.Length - header;
        }
        if (length > span.Length - header)
        {
            log?.Add(DefectCode.LengthBeyondEnd, _offset, $"tag {tag:X2}", $"{length} claimed, {span.Length - header} there");
            length = span.Length - header;
        }
        tlv = new(tag, _offset, header, _rest[..(header + (int)length)]);
        _rest = _rest[(header + (int)length)..];
        _offset += header + (int)length;
        return true;
    }

    /// <summary>The next element if it has that tag; otherwise stays where it is.</summary>
    public bool TryNext(uint tag, out Tlv tlv)
    {
        tlv = default;
        return PeekTag() == tag && TryNext(out tlv);
    }

    /// <summary>The next element if it has that tag; otherwise notes that it is missing.</summary>
    public bool Expect(uint tag, string element, out Tlv tlv)
    {
        if (TryNext(tag, out tlv)) return true;
        log?.Add(AtEnd ? DefectCode.ElementMissing : DefectCode.TagUnexpected, _offset, element);
        return false;
    }

    /// <summary>Skips elements up to the first with that tag.</summary>
    public bool Find(uint tag, out Tlv tlv)
    {
        while (TryNext(out tlv))
        {
            if (tlv.Tag == tag) return true;
        }
        return false;
    }

    /// <summary>Tag and length at the start of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="tag">One to three bytes of tag.</param>
    /// <param name="header">Bytes of tag and length.</param>
    /// <param name="length">The length of the value; −1 where indefinite.</param>
    public static bool TryHeader(ReadOnlySpan<byte> bytes, out uint tag, out int header, out long length)
    {
        (tag, header, length) = (0, 0, 0);
        if (bytes.IsEmpty) return false;
        tag = bytes[0];
        var at = 1;
        if ((tag & 0x1F) == 0x1F)
        {
            do
            {
                if (at == bytes.Length || at == 3) return false;
                tag = (tag << 8) | bytes[at];
            }
            while ((bytes[at++] & 0x80) != 0);
        }
        if (at == bytes.Length) return false;
        var first = bytes[at++];
        if (first == 0x80) length = -1;
        else if (first < 0x80) length = first;
        else
        {
            var count = first & 0x7F;
            if (count > 4 || count > bytes.Length - at) return false;
            for (; count > 0; count--) length = (length << 8) | bytes[at++];
        }
        header = at;
        return length >= 0 || first == 0x80;
    }
}

/// <summary>Reads one element that ought to fill some bytes.</summary>
internal static class TlvFile
{
    /// <summary>The one element of a file; bytes after it are noted.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> file, DefectLog? log, [NotNullWhen(true)] out Tlv? root)
    {
        root = null;
        if (file.IsEmpty)
        {
            log?.Add(DefectCode.FileEmpty, 0, "file");
            return false;
        }
        var reader = new TlvReader(file, 0, log);
        if (!reader.TryNext(out var first)) return false;
        if (!reader.AtEnd) log?.Add(DefectCode.TrailingBytes, reader.Offset, "file");
        root = first;
        return true;
    }

    /// <summary>The children of one tag.</summary>
    public static List<Tlv> All(this TlvReader reader)
    {
        var all = new List<Tlv>();
        while (all.Count < 4096 && reader.TryNext(out var next)) all.Add(next);
        return all;
    }
}
