using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Biometrics;

/// <summary>The records of ISO/IEC 19794-4, -5 and -6 (2005) and ISO/IEC 39794-4, -5 and -6, told apart by their first bytes.</summary>
internal static class BiometricBlock
{
    private const int MaxImages = 64;

    public static (string? Standard, IReadOnlyList<BiometricImage> Images) Read(Tlv block, DefectLog log)
    {
        var data = block.Value;
        if (block.Tag == 0x7F2E || (data.Length > 0 && data.Span[0] is 0x64 or 0x65 or 0x66 or 0xA1)) return ReadExtensible(block, log);
        if (data.Span.StartsWith("FAC\0"u8)) return ("19794-5", ReadFaces(new(block, log)));
        if (data.Span.StartsWith("FIR\0"u8)) return ("19794-4", ReadFingers(new(block, log)));
        if (data.Span.StartsWith("IIR\0"u8)) return ("19794-6", ReadIrises(new(block, log)));
        var format = BiometricImage.FormatOf(data.Span);
        log.Add(DefectCode.FormUnusual, block.ValueOffset, "biometric data block", format == ImageFormat.Unknown ? "unknown" : "a bare image");
        return format == ImageFormat.Unknown ? (null, []) : (null, [new(BiometricKind.Unknown, format, data)]);
    }

    /// <summary>ISO/IEC 19794-5:2005 §5: header of 14 bytes, then faces, each with its own length.</summary>
    private static List<BiometricImage> ReadFaces(Record record)
    {
        record.CheckLength(record.Number(8, 4), "face record");
        var count = record.Number(12, 2) ?? 0;
        var images = new List<BiometricImage>();
        var at = 14;
        for (var i = 0; i < Math.Min(count, MaxImages) && record.Has(at, 32); i++)
        {
            var length = record.Number(at, 4)!.Value;
            var points = record.Number(at + 4, 2)!.Value;
            var info = at + 20 + (8 * points);
            if (!record.Has(info, 12)) break;
            var end = record.Clip(at, length, "face");
            images.Add(record.Image(BiometricKind.Face, info + 12, end, record.Number(info + 2, 2), record.Number(info + 4, 2), null, record.Number(info + 10, 2)));
            at = end;
        }
        return record.Counted(images, count, "faces");
    }

    /// <summary>ISO/IEC 19794-4:2005 §7: header of 32 bytes, then views, each with 14 bytes of its own.</summary>
    private static List<BiometricImage> ReadFingers(Record record)
    {
        record.CheckLength(record.Number(10, 4), "finger record");
        var count = record.Number(18, 1) ?? 0;
        var images = new List<BiometricImage>();
        var at = 32;
        while (images.Count < MaxImages && record.Has(at, 14))
        {
            var end = record.Clip(at, record.Number(at, 4)!.Value, "finger");
            images.Add(record.Image(BiometricKind.Finger, at + 14, end, record.Number(at + 9, 2), record.Number(at + 11, 2), record.Number(at + 4, 1), record.Number(at + 7, 1)));
            at = end;
        }
        var fingers = images.Select(i => i.Position).Distinct().Count();
        record.Counted(images, fingers == count ? images.Count : count, "fingers");
        return images;
    }

    /// <summary>ISO/IEC 19794-6:2005 §6: header of 45 bytes, then eyes with images.</summary>
    private static List<BiometricImage> ReadIrises(Record record)
    {
        record.CheckLength(record.Number(8, 4), "iris record");
        var eyes = record.Number(14, 1) ?? 0;
        var width = record.Number(23, 2);
        var height = record.Number(25, 2);
        var at = Math.Max(45, record.Number(15, 2) ?? 45);
        var images = new List<BiometricImage>();
        for (var eye = 0; eye < eyes && record.Has(at, 3); eye++)
        {
            var position = record.Number(at, 1);
            var count = record.Number(at + 1, 2)!.Value;
            at += 3;
            for (var i = 0; i < count && images.Count < MaxImages && record.Has(at, 11); i++)
            {
                var end = record.Clip(at, 11L + record.Number(at + 7, 4)!.Value, "iris");
                images.Add(record.Image(BiometricKind.Iris, at + 11, end, width, height, position, record.Number(at + 2, 1)));
                at = end;
            }
        }
        return images;
    }

    /// <summary>
    /// ISO/IEC 39794: a block of version and representations under the application tag 4, 5 or 6. An image is the longest octet string of its
    /// representation, wherever the part of the standard puts it: metadata may be of any kind.
    /// </summary>
    private static (string? Standard, IReadOnlyList<BiometricImage> Images) ReadExtensible(Tlv block, DefectLog log)
    {
        var at = block;
        for (var i = 0; i < 3 && at.Tag is not (0x64 or 0x65 or 0x66); i++)
        {
            var reader = at.Inside(log);
            if (!reader.TryNext(out at)) break;
        }
        var (standard, kind) = at.Tag switch
        {
            0x64 => ("39794-4", BiometricKind.Finger),
            0x65 => ("39794-5", BiometricKind.Face),
            0x66 => ("39794-6", BiometricKind.Iris),
            _ => (null, BiometricKind.Unknown),
        };
        if (standard is null)
        {
            log.Add(DefectCode.TagUnexpected, block.ValueOffset, "biometric data block");
            return (null, []);
        }

        var images = new List<BiometricImage>();
        var parts = at.Inside(log);
        if (!parts.Find(0xA1, out var representations)) log.Add(DefectCode.ElementMissing, at.Offset, "representations");
        else
        {
            foreach (var representation in representations.Inside(log).All().Take(MaxImages))
            {
                var data = Longest(representation, 0);
                var format = BiometricImage.FormatOf(data.Span);
                if (data.Length < 16) log.Add(DefectCode.ElementMissing, representation.Offset, "image");
                else images.Add(new(kind, format, data, Position: kind == BiometricKind.Finger ? Code(representation) : null));
            }
        }
        return (standard, images);
    }

    private static ReadOnlyMemory<byte> Longest(Tlv tlv, int depth)
    {
        if (!tlv.IsConstructed || depth > 12) return tlv.Value;
        var longest = ReadOnlyMemory<byte>.Empty;
        var reader = tlv.Inside();
        while (reader.TryNext(out var child))
        {
            var candidate = Longest(child, depth + 1);
            if (candidate.Length > longest.Length) longest = candidate;
        }
        return longest;
    }

    /// <summary>The code in [0] [0] of a representation: ISO/IEC 39794-4 puts the finger's position there.</summary>
    private static int? Code(Tlv representation)
    {
        var reader = representation.Inside();
        if (!reader.TryNext(0xA0, out var position)) return null;
        var inside = position.Inside();
        return inside.TryNext(0x80, out var code) && Asn1Value.TryInt(code, out var value) ? value : null;
    }

    /// <summary>A record of fixed fields.</summary>
    private readonly struct Record(Tlv block, DefectLog log)
    {
        private ReadOnlyMemory<byte> Data => block.Value;

        public bool Has(int at, int length) => at >= 0 && at <= Data.Length - length;

        public int? Number(int at, int length)
        {
            if (!Has(at, length)) return null;
            long value = 0;
            foreach (var b in Data.Span.Slice(at, length)) value = (value << 8) | b;
            return (int)Math.Min(value, int.MaxValue);
        }

        public void CheckLength(int? claimed, string element)
        {
            if (claimed != Data.Length) log.Add(DefectCode.LengthBeyondEnd, block.ValueOffset, element, $"{claimed} claimed, {Data.Length} there");
        }

        /// <summary>Where something that starts at a place and claims a length ends.</summary>
        public int Clip(int at, long length, string element)
        {
            if (length > 0 && length <= Data.Length - at) return at + (int)length;
            log.Add(DefectCode.LengthBeyondEnd, block.ValueOffset + at, element, $"{length} claimed, {Data.Length - at} there");
            return Data.Length;
        }

        public BiometricImage Image(BiometricKind kind, int at, int end, int? width, int? height, int? position, int? quality)
        {
            var data = end > at ? Data[at..end] : default;
            var format = BiometricImage.FormatOf(data.Span);
            if (data.IsEmpty) log.Add(DefectCode.ElementMissing, block.ValueOffset + at, "image");
            return new(kind, format, data, width, height, position, quality);
        }

        public List<BiometricImage> Counted(List<BiometricImage> images, int count, string element)
        {
            if (images.Count != count) log.Add(DefectCode.CountWrong, block.ValueOffset, element, $"{count} claimed, {images.Count} there");
            return images;
        }
    }
}
