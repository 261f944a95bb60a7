using System.Globalization;
using System.Text.Json;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;

namespace Comity.Core.Requests.Law;

/// <summary>Reads the fields of a statement or an obstacle; the first thing wrong is told in both languages, under the field's name.</summary>
internal sealed class LawFields
{
    private readonly JsonElement _json;

    /// <summary>Binds an object; a field that is not known is a fault, for it would be lost.</summary>
    public LawFields(JsonElement json, params ReadOnlySpan<string> known)
    {
        _json = json;
        foreach (var property in json.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                Wrong(Quote.Brief(property.Name), "is not known here", "n’est pas connu ici");
            }
        }
    }

    /// <summary>The first fault; null for none.</summary>
    public FieldFault? Fault { get; private set; }

    public bool Has(string name) => _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public void Wrong(string name, string en, string fr) => Fault ??= new FieldFault(name, en, fr);

    public string Text(string name, int most)
    {
        if (Has(name) && FieldText.Lines(_json.GetProperty(name), most) is { } text)
        {
            return text;
        }

        Wrong(name, $"must be a text of 1 to {most} characters", $"doit être un texte de 1 à {most} caractères");
        return "";
    }

    public IReadOnlyList<string> Texts(string name, int least, int most, int longest)
    {
        List<string> texts = [];
        var isList = Has(name) && _json.GetProperty(name) is { ValueKind: JsonValueKind.Array };
        if (isList)
        {
            foreach (var item in _json.GetProperty(name).EnumerateArray().Take(most + 1))
            {
                texts.Add(FieldText.Line(item, longest) ?? "");
            }
        }

        if ((Has(name) && !isList) || texts.Count < least || texts.Count > most || texts.Contains(""))
        {
            Wrong(name, $"must be a list of {least} to {most} texts of 1 to {longest} characters", $"doit être une liste de {least} à {most} textes de 1 à {longest} caractères");
        }

        return texts;
    }

    public RegisterName Name(string name)
    {
        if (Has(name) && _json.GetProperty(name) is { ValueKind: JsonValueKind.String } value && RegisterName.TryParse(value.GetString(), null, out var read))
        {
            return read;
        }

        Wrong(name, "must be " + Kebab.Rule, "doit être composé de minuscules, chiffres et tirets simples, 40 caractères au plus, une lettre d’abord");
        return default;
    }

    public MemberCode Member(string name)
    {
        if (Has(name) && _json.GetProperty(name) is { ValueKind: JsonValueKind.String } value && MemberCode.TryParse(value.GetString(), null, out var read))
        {
            return read;
        }

        Wrong(name, "must be three letters A to Z", "doit être composé de trois lettres A à Z");
        return default;
    }

    public bool? Flag(string name)
    {
        if (Has(name) && _json.GetProperty(name).ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Wrong(name, "must be true or false", "doit être true ou false");
        }

        return Has(name) ? _json.GetProperty(name).ValueKind == JsonValueKind.True : null;
    }

    public int Number(string name, int least, int most)
    {
        if (_json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong(name, $"must be a whole number from {least} to {most}", $"doit être un nombre entier de {least} à {most}");
        return least;
    }

    public T? OneOf<T>(string name)
        where T : struct, Enum
    {
        var all = KindSpelling.All<T>();
        var text = Has(name) && _json.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        foreach (var (spelling, known) in all)
        {
            if (spelling == text)
            {
                return known;
            }
        }

        var names = string.Join(", ", all.Select(one => one.Spelling));
        Wrong(name, $"must be one of {names}", $"doit être l’une des valeurs {names}");
        return null;
    }

    public DateOnly Date(string name)
    {
        if (Has(name) && _json.GetProperty(name) is { ValueKind: JsonValueKind.String } value && FieldTime.Date(value.GetString()) is { } day)
        {
            return DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        Wrong(name, "must be a day as 2026-01-31", "doit être un jour comme 2026-01-31");
        return default;
    }
}
