using System.Globalization;

namespace Comity.Emrtd.Mrz;

/// <summary>Writes content as lines.</summary>
internal sealed class MrzWriter
{
    private const string Digits = "0123456789";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly MrzLayout _layout;
    private readonly char[][] _lines;
    private MrzContentFault? _fault;

    private MrzWriter(MrzLayout layout)
    {
        _layout = layout;
        _lines = [.. Enumerable.Range(0, layout.LineCount).Select(_ => Enumerable.Repeat('<', layout.Width).ToArray())];
    }

    public static bool TryWrite(MrzContent content, out IReadOnlyList<string> lines, out MrzContentFault? fault)
    {
        var writer = new MrzWriter(MrzLayout.Of(content.Format));
        writer.Write(content);
        fault = writer._fault;
        lines = fault is null ? [.. writer._lines.Select(l => new string(l))] : [];
        return fault is null;
    }

    private void Write(MrzContent content)
    {
        Put(MrzPart.DocumentCode, _layout.DocumentCode, content.DocumentCode, Letters + Digits, atLeast: 1);
        Put(MrzPart.IssuingState, _layout.IssuingState, content.IssuingState, Letters, atLeast: 1);
        Put(MrzPart.Name, _layout.Name, NameField(content), Letters + "<", atLeast: 1);
        WriteNumberAndOptionalData(content);
        Put(MrzPart.Nationality, _layout.Nationality, content.Nationality, Letters, atLeast: 1);
        Put(MrzPart.DateOfBirth, _layout.Birth, content.DateOfBirth.ToZone(), Digits + "<");
        PutCheckDigit(_layout.Birth.Next, _layout.Birth);
        Put(MrzPart.Sex, _layout.Sex, content.Sex switch { MrzSex.Female => "F", MrzSex.Male => "M", _ => "<" }, "FM<");
        Put(MrzPart.DateOfExpiry, _layout.Expiry, content.DateOfExpiry.ToZone(), Digits + "<");
        PutCheckDigit(_layout.Expiry.Next, _layout.Expiry);
        if (_layout.Optional2 is { } second) Put(MrzPart.OptionalData2, second, content.OptionalData2, Letters + Digits + "<");
        else if (content.OptionalData2.Length > 0) Fail(MrzPart.OptionalData2, 0);
        if (_layout.Composite is { } composite && _fault is null) PutCheckDigit(composite, [.. _layout.CompositeCovers]);
    }

    private void WriteNumberAndOptionalData(MrzContent content)
    {
        var (head, rest) = (_layout.Number, _layout.Optional);
        var number = content.DocumentNumber;
        const string alphabet = Letters + Digits + "<";
        if (!_layout.AllowsLongNumbers || number.Length <= head.Length)
        {
            Put(MrzPart.DocumentNumber, head, number, alphabet, atLeast: 1);
            PutCheckDigit(head.Next, head);
            Put(MrzPart.OptionalData, rest, content.OptionalData, alphabet);
            if (_layout.OptionalIsChecked) PutCheckDigit(rest.Next, rest);
            return;
        }
        // After the rest of the number come its check digit and a filler.
        var continued = rest.First(number.Length - head.Length);
        if (continued.Length > rest.Length - 2) { Fail(MrzPart.DocumentNumber, head.Length + rest.Length - 2); return; }
        Put(MrzPart.DocumentNumber, head, number[..head.Length], Letters + Digits);
        Put(MrzPart.DocumentNumber, continued, number[head.Length..], Letters + Digits);
        PutCheckDigit(continued.Next, head, continued);
        Put(MrzPart.OptionalData, rest.From(continued.Length + 2), content.OptionalData, alphabet);
    }

    private void Put(MrzPart part, MrzSpan span, string value, string alphabet, int atLeast = 0)
    {
        if (_fault is not null) return;
        if (value.Length > span.Length || value.Length < atLeast) Fail(part, span.Length);
        else if (value.AsSpan().IndexOfAnyExcept(alphabet) is >= 0 and var at)
            _fault = new(part, string.Create(CultureInfo.InvariantCulture, $"Character {at + 1} may not stand there."));
        else value.CopyTo(0, _lines[span.Line - 1], span.Column - 1, value.Length);
    }

    private void Fail(MrzPart part, int most) =>
        _fault ??= new(part, string.Create(CultureInfo.InvariantCulture, $"It is empty or has more than {most} characters."));

    private void PutCheckDigit(MrzSpan at, params ReadOnlySpan<MrzSpan> covered)
    {
        var characters = "";
        foreach (var span in covered) characters += new string(_lines[span.Line - 1], span.Column - 1, span.Length);
        _lines[at.Line - 1][at.Column - 1] = (char)('0' + CheckDigit.Of(characters));
    }

    private string NameField(MrzContent content)
    {
        var (primary, secondary) = (Zoned(content.PrimaryIdentifier), Zoned(content.SecondaryIdentifier));
        var width = _layout.Name.Length;
        // A long primary identifier leaves the secondary at least a letter.
        if (secondary.Length > 0) primary = primary[..Math.Min(primary.Length, width - 3)].TrimEnd('<');
        var name = secondary.Length == 0 ? primary : $"{primary}<<{secondary}";
        // The last place must hold a letter to tell that the name was cut: the longest word gives way.
        while (name.Length > width && name[width - 1] == '<')
        {
            var longest = name[..width].Split('<').MaxBy(w => w.Length)!;
            if (longest.Length < 2) break;
            name = name.Remove(name.IndexOf(longest, StringComparison.Ordinal) + longest.Length - 1, 1);
        }
        return name[..Math.Min(name.Length, width)];
    }

    private static string Zoned(string identifier) => string.Join('<',
        identifier.Replace("'", "", StringComparison.Ordinal).Split([' ', '-', '<'], StringSplitOptions.RemoveEmptyEntries));
}
