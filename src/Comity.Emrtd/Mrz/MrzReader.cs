using System.Globalization;

namespace Comity.Emrtd.Mrz;

/// <summary>Reads every field of lines that have the form of a format.</summary>
internal sealed class MrzReader(MrzLayout layout, string[] lines)
{
    private readonly MrzText _text = new(lines);
    private readonly MrzChecker _checker = new(layout, new MrzText(lines));

    public MachineReadableZone.Recognised Read(List<MrzFinding> zoneFindings)
    {
        var (number, optional) = ReadNumberAndOptionalData();
        var recognised = new MachineReadableZone.Recognised
        {
            Format = layout.Format,
            Lines = lines,
            DocumentCode = ReadDocumentCode(),
            IssuingState = ReadState(MrzPart.IssuingState, layout.IssuingState),
            Name = MrzNameReader.Read(layout.Name, _text[layout.Name], Foreign(MrzPart.Name, layout.Name)),
            DocumentNumber = number,
            Nationality = ReadState(MrzPart.Nationality, layout.Nationality),
            DateOfBirth = ReadDate(MrzPart.DateOfBirth, layout.Birth),
            Sex = ReadSex(),
            DateOfExpiry = ReadDate(MrzPart.DateOfExpiry, layout.Expiry),
            OptionalData = optional,
            OptionalData2 = layout.Optional2 is { } span ? ReadOptionalData(MrzPart.OptionalData2, span, isChecked: false) : null,
            Composite = null,
            ZoneFindings = zoneFindings,
        };
        if (layout.Composite is not { } at) return recognised;
        var othersHold = recognised.Checks.All(c => c.Outcome == MrzCheckOutcome.Holds);
        return recognised with { Composite = _checker.CheckComposite(at, othersHold, zoneFindings) };
    }

    private MrzField<MrzDocumentCode> ReadDocumentCode()
    {
        var span = layout.DocumentCode;
        var raw = _text[span];
        var findings = Foreign(MrzPart.DocumentCode, span);
        var code = DocumentCodes.Read(raw);
        if (raw[0] == '<') findings.Add(new(MrzFindingCode.FillerOutOfPlace, MrzPart.DocumentCode, span.At(0), "<"));
        else if (!DocumentCodes.Belongs(raw, layout))
            findings.Add(new(MrzFindingCode.DocumentCodeUnexpected, MrzPart.DocumentCode, span, MrzText.Printable(raw), DocumentCodes.Expected(layout)));
        else if (code.PassportKind == MrzPassportKind.NotStated && raw[1] != '<')
            findings.Add(new(MrzFindingCode.DocumentSubtypeUnlisted, MrzPart.DocumentCode, span.At(1), MrzText.Printable(raw[1..])));
        return new(MrzPart.DocumentCode, raw, span, findings, code);
    }

    private MrzField<StateCode?> ReadState(MrzPart part, MrzSpan span)
    {
        var raw = _text[span];
        var findings = Foreign(part, span);
        for (var i = 0; i < raw.Length; i++)
        {
            if (char.IsAsciiDigit(raw[i])) findings.Add(new(MrzFindingCode.CharacterNotAllowedHere, part, span.At(i), raw[i..(i + 1)]));
        }
        if (raw == "<<<") findings.Add(new(MrzFindingCode.FieldEmpty, part, span));
        else if (raw.AsSpan().TrimEnd('<').IndexOf('<') is >= 0 and var filler)
            findings.Add(new(MrzFindingCode.FillerOutOfPlace, part, span.At(filler), "<"));

        if (!StateCode.TryParse(raw, out var code)) return new(part, raw, span, findings, null);
        MrzFindingCode? odd = code.Kind switch
        {
            StateCodeKind.Unknown => MrzFindingCode.StateCodeUnknown,
            StateCodeKind.UserAssigned => MrzFindingCode.StateCodeUserAssigned,
            StateCodeKind.Person when part == MrzPart.IssuingState => MrzFindingCode.StateCodeNotAnIssuer,
            _ => null,
        };
        if (odd is { } what) findings.Add(new(what, part, span, code.ToString()));
        return new(part, raw, span, findings, code);
    }

    private MrzField<MrzDate?> ReadDate(MrzPart part, MrzSpan span)
    {
        var raw = _text[span];
        var findings = Foreign(part, span);
        var date = MrzDateReader.Read(part, span, raw, findings);
        var check = _checker.Check(part, [span], span.Next, digitsOnly: true, mayBeFiller: false, findings);
        return new(part, raw, span, findings, date) { Check = check };
    }

    private MrzField<MrzSex?> ReadSex()
    {
        var span = layout.Sex;
        var raw = _text[span];
        var findings = Foreign(MrzPart.Sex, span);
        MrzSex? sex = raw switch { "F" => MrzSex.Female, "M" => MrzSex.Male, "<" or "X" => MrzSex.Unspecified, _ => null };
        if (findings.Count == 0 && raw is not ("F" or "M" or "<"))
            findings.Add(new(MrzFindingCode.SexUnlisted, MrzPart.Sex, span, raw));
        return new(MrzPart.Sex, raw, span, findings, sex);
    }

    private (MrzField<DocumentNumber?> Number, MrzField<string> Optional) ReadNumberAndOptionalData()
    {
        var (head, rest) = (layout.Number, layout.Optional);
        var malformed = false;
        if (layout.AllowsLongNumbers && _text[head.Next] == "<" && _text[head][^1] != '<' && _text[rest][0] != '<')
        {
            // Rest of the number, check digit, filler; then whatever the State adds.
            var tail = _text[rest].AsSpan().IndexOf('<') is >= 0 and var end ? end : rest.Length;
            malformed = tail < 2 || tail == rest.Length || !char.IsAsciiDigit(_text[rest][tail - 1]);
            if (tail >= 2)
            {
                var continued = rest.First(tail - 1);
                return (ReadNumber([head, continued], continued.Next, malformed),
                    ReadOptionalData(MrzPart.OptionalData, rest.From(Math.Min(tail + 1, rest.Length)), isChecked: false));
            }
        }
        return (ReadNumber([head], head.Next, malformed), ReadOptionalData(MrzPart.OptionalData, rest, layout.OptionalIsChecked));
    }

    private MrzField<DocumentNumber?> ReadNumber(MrzSpan[] pieces, MrzSpan checkDigit, bool malformed)
    {
        const MrzPart part = MrzPart.DocumentNumber;
        var raw = _text.Join(pieces);
        var findings = pieces.SelectMany(p => Foreign(part, p)).ToList();
        // A space inside would be dropped without a word by the number's own reading.
        var readable = findings.Count == 0;
        if (raw.AsSpan().TrimStart('<').IsEmpty) findings.Add(new(MrzFindingCode.FieldEmpty, part, pieces[0]));
        else if (raw[0] == '<') findings.Add(new(MrzFindingCode.FillerOutOfPlace, part, pieces[0].At(0), "<"));
        if (malformed) findings.Add(new(MrzFindingCode.LongNumberMalformed, part, layout.Optional));

        DocumentNumber? number = readable && DocumentNumber.TryParse(raw, out var parsed) ? parsed : null;
        var check = _checker.Check(part, pieces, checkDigit, digitsOnly: false, mayBeFiller: false, findings);
        return new(part, raw, pieces[0], findings, number) { Check = check, Continued = pieces.Length > 1 ? pieces[1] : null };
    }

    private MrzField<string> ReadOptionalData(MrzPart part, MrzSpan span, bool isChecked)
    {
        var raw = _text[span];
        var findings = Foreign(part, span);
        var value = raw.TrimEnd('<');
        var check = isChecked
            ? _checker.Check(part, [span], span.Next, digitsOnly: false, mayBeFiller: value.Length == 0, findings)
            : null;
        return new(part, raw, span, findings, value) { Check = check };
    }

    /// <summary>A finding for each character that is not of the alphabet, and the list that further findings join.</summary>
    private List<MrzFinding> Foreign(MrzPart part, MrzSpan span)
    {
        var findings = new List<MrzFinding>();
        var raw = _text[span];
        for (var i = 0; i < raw.Length; i++)
        {
            if (CheckDigit.ValueOf(raw[i]) == CheckDigit.None)
                findings.Add(new(MrzFindingCode.InvalidCharacter, part, span.At(i), MrzText.Printable(raw[i..(i + 1)])));
        }
        return findings;
    }
}

/// <summary>Lines that spans cut pieces from.</summary>
internal sealed class MrzText(string[] lines)
{
    public string this[MrzSpan span] => lines[span.Line - 1].Substring(span.Column - 1, span.Length);

    public string Join(IEnumerable<MrzSpan> spans) => string.Concat(spans.Select(s => this[s]));

    public MrzText With(MrzSpan at, char character)
    {
        var copy = (string[])lines.Clone();
        var line = copy[at.Line - 1].ToCharArray();
        line[at.Column - 1] = character;
        copy[at.Line - 1] = new string(line);
        return new(copy);
    }

    /// <summary>Characters as a message may show them: those that are not printable ASCII by code point.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c =>
        c is > ' ' and < '\x7F' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}")));
}
