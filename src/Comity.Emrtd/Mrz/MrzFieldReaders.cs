namespace Comity.Emrtd.Mrz;

/// <summary>Names: Doc 9303-3 §4.6.</summary>
internal static class MrzNameReader
{
    private const MrzPart Part = MrzPart.Name;

    public static MrzField<MrzName> Read(MrzSpan span, string raw, List<MrzFinding> findings)
    {
        for (var i = 0; i < raw.Length; i++)
        {
            if (char.IsAsciiDigit(raw[i])) findings.Add(new(MrzFindingCode.CharacterNotAllowedHere, Part, span.At(i), raw[i..(i + 1)]));
        }
        var name = raw.TrimEnd('<');
        if (name.Length == 0) findings.Add(new(MrzFindingCode.FieldEmpty, Part, span));
        else if (name[0] == '<') findings.Add(new(MrzFindingCode.FillerOutOfPlace, Part, span.At(0), "<"));

        var cut = name.IndexOf("<<", StringComparison.Ordinal);
        var primary = cut < 0 ? name : name[..cut];
        var secondary = cut < 0 ? "" : name[(cut + 2)..];
        // Two fillers part primary from secondary once; any further pair is odd.
        var odd = secondary.StartsWith('<') ? 0 : secondary.IndexOf("<<", StringComparison.Ordinal);
        if (odd >= 0 && cut > 0) findings.Add(new(MrzFindingCode.FillerOutOfPlace, Part, span.At(cut + 2 + odd), "<"));

        var truncated = name.Length == span.Length;
        if (truncated) findings.Add(new(MrzFindingCode.NamePossiblyTruncated, Part, span.At(span.Length - 1)));
        return new(Part, raw, span, findings, new(Words(primary), Words(secondary), truncated));
    }

    private static string Words(string identifier) =>
        string.Join(' ', identifier.Split('<', StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>Dates: Doc 9303-3 §4.8.</summary>
internal static class MrzDateReader
{
    public static MrzDate? Read(MrzPart part, MrzSpan span, string raw, List<MrzFinding> findings)
    {
        var readable = true;
        int? Part(int index, bool zeroIsUnknown)
        {
            var pair = raw.AsSpan(index, 2);
            if (pair is "<<") return null;
            if (pair is "XX" || (zeroIsUnknown && pair is "00"))
            {
                findings.Add(new(MrzFindingCode.UnknownDatePartSpelling, part, new(span.Line, span.Column + index, 2), pair.ToString()));
                return null;
            }
            if (char.IsAsciiDigit(pair[0]) && char.IsAsciiDigit(pair[1])) return (pair[0] - '0') * 10 + pair[1] - '0';
            readable = false;
            for (var i = index; i < index + 2; i++)
            {
                if (char.IsAsciiLetter(raw[i])) findings.Add(new(MrzFindingCode.CharacterNotAllowedHere, part, span.At(i), raw[i..(i + 1)]));
                else if (raw[i] == '<') findings.Add(new(MrzFindingCode.FillerOutOfPlace, part, span.At(i), "<"));
            }
            return null;
        }

        var (year, month, day) = (Part(0, false), Part(2, true), Part(4, true));
        if (!readable) return null;
        if (!MrzDate.TryCreate(year, month, day, out var date))
        {
            findings.Add(new(MrzFindingCode.DateImpossible, part, span, raw));
            return null;
        }
        if (year is null || month is null || day is null) findings.Add(new(MrzFindingCode.DateIncomplete, part, span, date.ToString()));
        return date;
    }
}

/// <summary>Document codes: Doc 9303-4 to -7 §4.2.2.</summary>
internal static class DocumentCodes
{
    public static MrzDocumentCode Read(string raw)
    {
        var kind = raw[0] switch
        {
            'P' => MrzDocumentClass.Passport,
            'V' => MrzDocumentClass.Visa,
            'A' when raw[1] == 'C' => MrzDocumentClass.CrewMemberCertificate,
            'A' or 'C' or 'I' => MrzDocumentClass.OfficialDocument,
            _ => MrzDocumentClass.Other,
        };
        return new(raw.TrimEnd('<'), kind, kind == MrzDocumentClass.Passport ? PassportKind(raw[1]) : null);
    }

    /// <summary>Whether a code may stand in a format. P on a card is a passport card, which several States issue.</summary>
    public static bool Belongs(string raw, MrzLayout layout) => layout.Format switch
    {
        MrzFormat.Td3 => raw[0] == 'P',
        MrzFormat.MrvA or MrzFormat.MrvB => raw[0] == 'V',
        _ => raw[0] is 'A' or 'C' or 'I' or 'P' && raw[1] != 'V',
    };

    public static string Expected(MrzLayout layout) => layout.Format switch
    {
        MrzFormat.Td3 => "P",
        MrzFormat.MrvA or MrzFormat.MrvB => "V",
        _ => "A, C, I or P, and no V after it",
    };

    private static MrzPassportKind PassportKind(char second) => second switch
    {
        'P' => MrzPassportKind.Ordinary,
        'E' => MrzPassportKind.Emergency,
        'D' => MrzPassportKind.Diplomatic,
        'O' => MrzPassportKind.Official,
        'R' => MrzPassportKind.Refugee,
        'T' => MrzPassportKind.Alien,
        'S' => MrzPassportKind.Stateless,
        'L' => MrzPassportKind.LaissezPasser,
        'M' => MrzPassportKind.Military,
        'U' => MrzPassportKind.SingleSheet,
        _ => MrzPassportKind.NotStated,
    };
}
