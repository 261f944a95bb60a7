using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Biometrics;

/// <summary>How an image is encoded, told by its first bytes.</summary>
public enum ImageFormat
{
    /// <summary>By none of the marks known here.</summary>
    Unknown,

    /// <summary>JPEG (ISO/IEC 10918-1).</summary>
    Jpeg,

    /// <summary>JPEG 2000 in its file format (ISO/IEC 15444-1 annex I).</summary>
    Jpeg2000,

    /// <summary>A bare JPEG 2000 codestream.</summary>
    Jpeg2000Codestream,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>Wavelet scalar quantisation, for fingers.</summary>
    Wsq,
}

/// <summary>What an image shows.</summary>
public enum BiometricKind
{
    /// <summary>Not told.</summary>
    Unknown,

    /// <summary>A face.</summary>
    Face,

    /// <summary>A finger or palm.</summary>
    Finger,

    /// <summary>An iris.</summary>
    Iris,
}

/// <summary>One image, handed on as encoded.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Format">How it is encoded.</param>
/// <param name="Data">The encoded image.</param>
/// <param name="Width">Pixels as its record says; none where it does not.</param>
/// <param name="Height">Pixels as its record says.</param>
/// <param name="Position">Which finger (ISO/IEC 19794-4 table 6) or eye (1 right, 2 left); none for a face.</param>
/// <param name="Quality">The record's quality figure; its meaning is the format's.</param>
public sealed record BiometricImage(
    BiometricKind Kind, ImageFormat Format, ReadOnlyMemory<byte> Data, int? Width = null, int? Height = null, int? Position = null, int? Quality = null)
{
    /// <summary>The media type to hand on; <c>application/octet-stream</c> where unknown.</summary>
    public string MediaType => Format switch
    {
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.Jpeg2000 => "image/jp2",
        ImageFormat.Jpeg2000Codestream => "image/j2c",
        ImageFormat.Png => "image/png",
        ImageFormat.Wsq => "image/x-wsq",
        _ => "application/octet-stream",
    };

    /// <summary>Tells an encoding by its first bytes.</summary>
    public static ImageFormat FormatOf(ReadOnlySpan<byte> data) =>
        data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ImageFormat.Jpeg
        : data.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]) ? ImageFormat.Jpeg2000
        : data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) ? ImageFormat.Jpeg2000Codestream
        : data.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) ? ImageFormat.Png
        : data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xA0]) ? ImageFormat.Wsq
        : ImageFormat.Unknown;

    /// <summary>Kind, format and size; not the image.</summary>
    public override string ToString() => $"{Kind} {Format} {Data.Length}";
}

/// <summary>The header of one biometric template (ISO/IEC 7816-11, Doc 9303-10 §4.7.2).</summary>
/// <param name="FormatOwner">87: 0x0101 for ISO/IEC JTC 1 SC 37.</param>
/// <param name="FormatType">88: 8 face, 7 finger, 9 iris of ISO/IEC 19794; 42 to 44 of ISO/IEC 39794.</param>
/// <param name="BiometricType">81, where present.</param>
/// <param name="BiometricSubtype">82, where present.</param>
public sealed record BiometricHeader(int? FormatOwner, int? FormatType, int? BiometricType, int? BiometricSubtype);

/// <summary>One biometric template.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Standard">The standard of its data, <c>19794-5</c> or <c>39794-4</c>; none where unknown.</param>
/// <param name="Images">The images in it.</param>
/// <param name="Data">The data block as it came.</param>
public sealed record BiometricTemplate(BiometricHeader Header, string? Standard, IReadOnlyList<BiometricImage> Images, ReadOnlyMemory<byte> Data)
{
    /// <summary>The standard and the number of images.</summary>
    public override string ToString() => $"{Standard} {Images.Count}";
}

/// <summary>DG2, DG3 or DG4 (Doc 9303-10 §4.7.2 to §4.7.4).</summary>
/// <param name="Templates">The templates in their order.</param>
public sealed record BiometricGroup(IReadOnlyList<BiometricTemplate> Templates)
{
    private const int MaxTemplates = 32;

    /// <summary>All images of all templates.</summary>
    public IEnumerable<BiometricImage> Images => Templates.SelectMany(t => t.Images);

    internal static BiometricGroup Read(Tlv root, DefectLog log)
    {
        var templates = new List<BiometricTemplate>();
        var reader = root.Inside(log);
        var inside = reader.Find(0x7F61, out var group) ? group.Inside(log) : root.Inside(log);
        int? count = null;
        while (inside.TryNext(out var tlv))
        {
            if (tlv.Tag == Tag.Integer) count = Asn1Value.TryInt(tlv, out var n) ? n : null;
            else if (tlv.Tag != 0x7F60) log.Add(DefectCode.ElementUnknown, tlv.Offset, $"tag {tlv.Tag:X2}");
            else if (templates.Count == MaxTemplates)
            {
                log.Add(DefectCode.LimitReached, tlv.Offset, "biometric templates");
                break;
            }
            else templates.Add(ReadTemplate(tlv, log));
        }
        if (count != templates.Count)
            log.Add(DefectCode.CountWrong, root.ValueOffset, "biometric templates", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} claimed, {templates.Count} there"));
        return new(templates);
    }

    private static BiometricTemplate ReadTemplate(Tlv template, DefectLog log)
    {
        var header = new BiometricHeader(null, null, null, null);
        Tlv? data = null;
        foreach (var tlv in template.Inside(log).All())
        {
            if (tlv.Tag == 0xA1) header = ReadHeader(tlv, log);
            else if (tlv.Tag is 0x5F2E or 0x7F2E) data ??= tlv;
            else log.Add(DefectCode.ElementUnknown, tlv.Offset, $"tag {tlv.Tag:X2}");
        }
        if (data is not { } block)
        {
            log.Add(DefectCode.ElementMissing, template.Offset, "biometric data block");
            return new(header, null, [], default);
        }
        var (standard, images) = BiometricBlock.Read(block, log);
        return new(header, standard, images, block.Value);
    }

    private static BiometricHeader ReadHeader(Tlv header, DefectLog log)
    {
        int? Number(uint tag)
        {
            var reader = header.Inside(null);
            if (!reader.Find(tag, out var tlv) || tlv.Span.Length is 0 or > 3) return null;
            var value = 0;
            foreach (var b in tlv.Span) value = (value << 8) | b;
            return value;
        }

        var read = new BiometricHeader(Number(0x87), Number(0x88), Number(0x81), Number(0x82));
        if (read.FormatOwner is null) log.Add(DefectCode.ElementMissing, header.Offset, "format owner");
        if (read.FormatType is null) log.Add(DefectCode.ElementMissing, header.Offset, "format type");
        return read;
    }
}

/// <summary>DG5 or DG7: images as displayed (Doc 9303-10 §4.7.5 and §4.7.7).</summary>
/// <param name="Images">The encoded images.</param>
public sealed record DisplayedImages(IReadOnlyList<ReadOnlyMemory<byte>> Images)
{
    internal static DisplayedImages Read(Tlv root, DefectLog log)
    {
        var images = new List<ReadOnlyMemory<byte>>();
        int? count = null;
        foreach (var tlv in root.Inside(log).All())
        {
            if (tlv.Tag == Tag.Integer) count = Asn1Value.TryInt(tlv, out var n) ? n : null;
            else if (tlv.Tag is 0x5F40 or 0x5F43) images.Add(tlv.Value);
            else log.Add(DefectCode.ElementUnknown, tlv.Offset, $"tag {tlv.Tag:X2}");
        }
        if (count != images.Count) log.Add(DefectCode.CountWrong, root.ValueOffset, "displayed images");
        return new(images);
    }
}
