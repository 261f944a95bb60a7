using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>The types whose values are objects.</summary>
internal static partial class FieldObjects
{
    private static readonly Words EmailRule = new("must be an e-mail address", "doit être une adresse électronique");
    private static readonly Words PhoneRule = new("must be a telephone number with its country code, as +999 1 555 01 00", "doit être un numéro de téléphone avec l’indicatif du pays, comme +999 1 555 01 00");

    public static readonly FieldShape Offence = new(
        ShapePart.Line("name", 300, required: true),
        ShapePart.Line("law", 500, required: true),
        ShapePart.Line("maximum", 200));

    public static readonly FieldShape LegalBasis = new(
        ShapePart.Line("instrument", 300, required: true),
        ShapePart.Line("clause", 100, required: true));

    public static readonly FieldShape Amount = new(
        ShapePart.Text("value", new Words("must be a decimal number as 1250.00", "doit être un nombre décimal comme 1250.00"), text => Decimal().IsMatch(text) ? text : null, required: true),
        ShapePart.Text("currency", new Words("must be three letters A to Z (ISO 4217)", "doit être composé de trois lettres A à Z (ISO 4217)"), text => MemberCode.TryParse(text, null, out _) ? text : null, required: true));

    public static readonly FieldShape Person = new(
        ShapePart.Line("family", 100, required: true),
        ShapePart.Line("given", 100),
        ShapePart.Line("alias", 200),
        ShapePart.Text("born", new Words("must be a day, a month or a year as 1980-05-17, 1980-05, 1980", "doit être un jour, un mois ou une année comme 1980-05-17, 1980-05, 1980"), PartialDate),
        ShapePart.Text("sex", new Words("must be F, M or X", "doit être F, M ou X"), text => text is "F" or "M" or "X" ? text : null),
        ShapePart.Text("nationality", new Words("must be one to three letters A to Z", "doit être composé d’une à trois lettres A à Z"), text => IssuingCode.TryParse(text, null, out var code) ? code.ToString() : null),
        ShapePart.Line("document", 60),
        ShapePart.Line("note", 500));

    private static readonly FieldShape ContactShape = new(
        ShapePart.Line("name", 200, required: true),
        ShapePart.Line("role", 200),
        ShapePart.Text("phone", PhoneRule, Phone),
        ShapePart.Text("fax", PhoneRule, Phone),
        ShapePart.Text("email", EmailRule, Email),
        ShapePart.Line("address", 500),
        ShapePart.Line("hours", 200),
        ShapePart.Text("zone", new Words("must be a zone as Europe/Paris or an offset as +01:00", "doit être un fuseau comme Europe/Paris ou un décalage comme +01:00"), text => Zone().IsMatch(text) ? text : null),
        ShapePart.Line("languages", 100),
        ShapePart.Line("channel", 200));

    private static readonly FieldShape IdentifierShape = new(
        ShapePart.Text("type", new Words("must be one of ip, phone, email, url, account, device", "doit être l’une des valeurs ip, phone, email, url, account, device"),
            text => text is "ip" or "phone" or "email" or "url" or "account" or "device" ? text : null, required: true),
        ShapePart.Line("value", 2000, required: true),
        ShapePart.Number("port", 1, 65535),
        ShapePart.Instant("at"),
        ShapePart.Instant("until"),
        ShapePart.Line("provider", 200));

    private static readonly FieldShape HashShape = new(
        ShapePart.Text("algorithm", new Words("must be one of sha-256, sha-384, sha-512, sha3-256", "doit être l’une des valeurs sha-256, sha-384, sha-512, sha3-256"),
            text => HexDigits(text) > 0 ? text : null, required: true),
        ShapePart.Text("value", new Words("must be hexadecimal digits", "doit être composé de chiffres hexadécimaux"), text => Hex().IsMatch(text) ? text.ToLowerInvariant() : null, required: true),
        ShapePart.Line("of", 300));

    /// <summary>A file of at most so many bytes.</summary>
    public static FieldShape Attachment(long most) => new(
        ShapePart.Text("name", new Words("must be a file’s name of 1 to 200 characters, without a folder", "doit être un nom de fichier de 1 à 200 caractères, sans dossier"),
            text => FieldText.Line(text, 200) is { } name && name.IndexOfAny(['/', '\\', ':']) < 0 && name is not ("." or "..") ? name : null, required: true),
        ShapePart.Text("mediaType", new Words("must be a media type as application/pdf", "doit être un type de média comme application/pdf"), text => MediaType().IsMatch(text) ? text.ToLowerInvariant() : null, required: true),
        ShapePart.Number("size", 1, most, required: true),
        ShapePart.Text("sha256", new Words("must be 64 lower-case hexadecimal digits", "doit être composé de 64 chiffres hexadécimaux minuscules"), text => KindDigest.TryParse(text, out _) ? text : null, required: true));

    /// <summary>Somebody who can be reached: by telephone or e-mail at least.</summary>
    public static JsonObject? ReadContact(JsonElement value, string path, List<FieldFault> faults)
    {
        if (ContactShape.Read(value, path, faults) is not { } contact)
        {
            return null;
        }

        if (contact["phone"] is not null || contact["email"] is not null)
        {
            return contact;
        }

        faults.Add(new FieldFault(path, "must have a telephone number or an e-mail address", "doit comporter un numéro de téléphone ou une adresse électronique"));
        return null;
    }

    /// <summary>What identifies an account or a device. An IP address says little without the instant at which somebody had it.</summary>
    public static JsonObject? ReadIdentifier(JsonElement value, string path, List<FieldFault> faults)
    {
        if (IdentifierShape.Read(value, path, faults) is not { } identifier)
        {
            return null;
        }

        var before = faults.Count;
        var (type, text) = (identifier["type"]!.GetValue<string>(), identifier["value"]!.GetValue<string>());
        if (Fault(type, text) is { } wrong)
        {
            faults.Add(new FieldFault(path + ".value", wrong));
        }

        if (type == "ip" && identifier["at"] is null)
        {
            faults.Add(new FieldFault(path + ".at", "is missing: an IP address needs its instant, with the zone", "manque : une adresse IP exige son instant, avec le fuseau"));
        }

        if (type != "ip" && identifier["port"] is not null)
        {
            faults.Add(new FieldFault(path + ".port", "is for an IP address", "ne vaut que pour une adresse IP"));
        }

        return faults.Count == before ? identifier : null;
    }

    private static Words? Fault(string type, string value) => type switch
    {
        "ip" => IPAddress.TryParse(value, out var address) && (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? !value.Contains('%', StringComparison.Ordinal) : value.Count(c => c == '.') == 3)
            ? null : new Words("must be an IPv4 or IPv6 address", "doit être une adresse IPv4 ou IPv6"),
        "phone" => Phone(value) is null ? PhoneRule : null,
        "email" => Email(value) is null ? EmailRule : null,
        "url" => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "ftp" or "magnet" ? null : new Words("must be an absolute URL", "doit être une URL absolue"),
        _ => null,
    };

    /// <summary>A hash as long as its algorithm says.</summary>
    public static JsonObject? ReadHash(JsonElement value, string path, List<FieldFault> faults)
    {
        if (HashShape.Read(value, path, faults) is not { } hash)
        {
            return null;
        }

        var digits = HexDigits(hash["algorithm"]!.GetValue<string>());
        if (hash["value"]!.GetValue<string>().Length == digits)
        {
            return hash;
        }

        faults.Add(new FieldFault(path + ".value", $"must have {digits} hexadecimal digits", $"doit compter {digits} chiffres hexadécimaux"));
        return null;
    }

    private static int HexDigits(string algorithm) => algorithm switch { "sha-256" or "sha3-256" => 64, "sha-384" => 96, "sha-512" => 128, _ => 0 };

    private static string? Phone(string text) => PhoneForm().IsMatch(text) && text.Count(char.IsAsciiDigit) is >= 5 and <= 18 ? text : null;

    private static string? Email(string text) => text.Length <= 254 && EmailForm().IsMatch(text) ? text : null;

    private static string? PartialDate(string text) =>
        DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1850 and <= 2199 ? text : null;

    [GeneratedRegex(@"\A[0-9]{1,15}(\.[0-9]{1,4})?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A\+[0-9][0-9 ().\-/]{3,38}[0-9]\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PhoneForm();

    [GeneratedRegex(@"\A[^\s@<>""]{1,64}@[^\s@<>""]{1,189}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex EmailForm();

    [GeneratedRegex(@"\A([A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+){0,2}|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Zone();

    [GeneratedRegex(@"\A[0-9A-Fa-f]+\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9!#$&^_.+\-]{0,60}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+\-]{0,60}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex MediaType();
}
