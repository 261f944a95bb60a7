using System.Text;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Mrz;

namespace Comity.Emrtd.Lds;

/// <summary>EF.COM. It is not signed: nothing may rest on it (Doc 9303-10 §4.6.1).</summary>
/// <param name="LdsVersion">Four digits, <c>0107</c> for 1.7; none where unreadable.</param>
/// <param name="UnicodeVersion">Six digits, <c>040000</c> for 4.0.0; none where unreadable.</param>
/// <param name="Groups">The data groups that it lists.</param>
public sealed record CommonData(string? LdsVersion, string? UnicodeVersion, IReadOnlyList<EmrtdFile> Groups)
{
    internal static CommonData Read(Tlv root, DefectLog log)
    {
        string? lds = null, unicode = null;
        var groups = new List<EmrtdFile>();
        var reader = root.Inside(log);
        while (reader.TryNext(out var tlv))
        {
            switch (tlv.Tag)
            {
                case 0x5F01: lds = Digits(tlv, 4, "LDS version", log); break;
                case 0x5F36: unicode = Digits(tlv, 6, "Unicode version", log); break;
                case 0x5C: ReadList(tlv, groups, log); break;
                default: log.Add(DefectCode.ElementUnknown, tlv.Offset, $"tag {tlv.Tag:X2}"); break;
            }
        }
        if (lds is null) log.Add(DefectCode.ElementMissing, root.Offset, "LDS version");
        if (unicode is null) log.Add(DefectCode.ElementMissing, root.Offset, "Unicode version");
        return new(lds, unicode, groups);
    }

    private static string? Digits(Tlv tlv, int count, string element, DefectLog log)
    {
        if (tlv.Span.Length == count && !tlv.Span.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return Encoding.ASCII.GetString(tlv.Span);
        log.Add(DefectCode.ValueMalformed, tlv.ValueOffset, element);
        return null;
    }

    private static void ReadList(Tlv tlv, List<EmrtdFile> groups, DefectLog log)
    {
        foreach (var tag in tlv.Span)
        {
            if (!EmrtdFiles.TryFromTag(tag, out var file)) log.Add(DefectCode.ElementUnknown, tlv.ValueOffset, "tag list", $"{tag:X2}");
            else if (groups.Contains(file)) log.Add(DefectCode.ElementRepeated, tlv.ValueOffset, "tag list", $"{tag:X2}");
            else groups.Add(file);
        }
    }
}

/// <summary>DG1: the machine-readable zone as the chip holds it (Doc 9303-10 §4.7.1).</summary>
/// <param name="Text">90, 72 or 88 characters, without line breaks.</param>
/// <param name="Zone">The same, read.</param>
public sealed record ZoneGroup(string Text, MachineReadableZone Zone)
{
    /// <summary>The issuing State, where the zone could be read and holds one.</summary>
    public StateCode? IssuingState => Zone is MachineReadableZone.Recognised zone ? zone.IssuingState.Value : null;

    internal static ZoneGroup? Read(Tlv root, DefectLog log)
    {
        var reader = root.Inside(log);
        if (!reader.Find(0x5F1F, out var tlv))
        {
            log.Add(DefectCode.ElementMissing, root.Offset, "machine-readable zone");
            return null;
        }
        if (!reader.AtEnd) log.Add(DefectCode.TrailingBytes, reader.Offset, "DG1");
        var text = Encoding.Latin1.GetString(tlv.Span[..Math.Min(tlv.Span.Length, MachineReadableZone.MaxInput)]);
        if (text.Length is not (72 or 88 or 90)) log.Add(DefectCode.ValueMalformed, tlv.ValueOffset, "machine-readable zone", $"{tlv.Span.Length} characters");
        return new(text, MachineReadableZone.Parse(text));
    }

    /// <summary>Nothing: the zone concerns a person.</summary>
    public override string ToString() => nameof(ZoneGroup);
}
