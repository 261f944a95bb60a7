using System.Globalization;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>
/// One part of a kind's file together with its name and line. Reading never throws: a fault is collected and a harmless value comes back, so whoever
/// reads asks <see cref="KindFaults"/> before using what was read.
/// </summary>
internal readonly struct KindPart(KindNode? node, KindFaults faults, string path, int line)
{
    private const int LongestWords = 2000;

    public string Path => path;

    public int Line => node?.Line ?? line;

    public bool IsPresent => node is not null;

    public KindPart this[string name] => new((node as KindNode.Mapping)?.Find(name), faults, path.Length == 0 ? name : $"{path}.{name}", Line);

    public void Fault(string reason) => faults.Add(Line, path, reason);

    /// <summary>Refuses names that mean nothing here: a misspelt one would otherwise be without effect.</summary>
    public void Knows(params ReadOnlySpan<string> names)
    {
        if (node is not KindNode.Mapping mapping)
        {
            Fault(IsPresent ? "must be a mapping" : "is missing");
            return;
        }

        foreach (var entry in mapping.Entries)
        {
            if (!names.Contains(entry.Name))
            {
                faults.Add(entry.Line, path.Length == 0 ? entry.Name : $"{path}.{entry.Name}", $"is not known here; known are {string.Join(", ", names.ToArray())}");
            }
        }
    }

    /// <summary>The text of a scalar, trimmed; null, with a fault where it is another thing, if there is none.</summary>
    public string? Scalar()
    {
        if (node is KindNode.Scalar scalar)
        {
            return scalar.Text.Trim();
        }

        if (IsPresent)
        {
            Fault("must be a text");
        }

        return null;
    }

    public string Text(int most, bool severalLines = false)
    {
        var text = Scalar();
        if (text is { Length: > 0 } && text.Length <= most && !text.Any(c => char.IsControl(c) && !(severalLines && c == '\n')))
        {
            return text;
        }

        if (text is not null || !IsPresent)
        {
            Fault(!IsPresent ? "is missing" : $"must be a text of 1 to {most} characters{(severalLines ? "" : " on one line")}");
        }

        return "";
    }

    /// <summary>A name: the spelling that names of registers and purposes have, too.</summary>
    public string Name()
    {
        var text = Text(Kebab.MaxLength);
        if (text.Length > 0 && !Kebab.IsValid(text))
        {
            Fault("must be " + Kebab.Rule);
        }

        return text;
    }

    public Words Words() => new(this["en"].Text(LongestWords, severalLines: true), this["fr"].Text(LongestWords, severalLines: true));

    public Words? WordsOrNull()
    {
        if (!IsPresent)
        {
            return null;
        }

        Knows("en", "fr");
        return Words();
    }

    public bool Flag(bool instead = false)
    {
        if (!IsPresent)
        {
            return instead;
        }

        switch (Scalar())
        {
            case "yes":
                return true;
            case "no":
                return false;
            case null:
                return instead;
            default:
                Fault("must be yes or no");
                return instead;
        }
    }

    public long Number(long least, long most, long instead)
    {
        if (!IsPresent)
        {
            return instead;
        }

        if (Scalar() is not { } text)
        {
            return instead;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fault($"must be a whole number from {least} to {most}");
        return instead;
    }

    public T OneOf<T>(T instead)
        where T : struct, Enum => IsPresent ? OneOf<T>() : instead;

    public T OneOf<T>()
        where T : struct, Enum
    {
        var all = KindSpelling.All<T>();
        var text = Scalar();
        foreach (var (spelling, value) in all)
        {
            if (spelling == text)
            {
                return value;
            }
        }

        if (text is not null || !IsPresent)
        {
            Fault(IsPresent ? $"must be one of {string.Join(", ", all.Select(one => one.Spelling))}" : "is missing");
        }

        return default;
    }

    /// <summary>A term, as <c>60 days</c> or <c>1 working-day</c>.</summary>
    public Term Term()
    {
        var text = Scalar();
        if (text?.Split(' ') is [var number, var unit] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount is >= 1 and <= IsoDuration.MaxDays)
        {
            foreach (var known in Enum.GetValues<TermUnit>().Where(known => unit == KindSpelling.Of(known, amount)))
            {
                return new Term(amount, known);
            }
        }

        if (text is not null || !IsPresent)
        {
            Fault(IsPresent ? $"must be a term as 60 days, 1 working-day, 24 hours; at most {IsoDuration.MaxDays}" : "is missing");
        }

        return new Term(1, TermUnit.Days);
    }

    /// <summary>The elements of a list; a single text is a list of one.</summary>
    public List<T> List<T>(int least, int most, Func<KindPart, T> read)
    {
        IReadOnlyList<KindNode> items = node switch
        {
            null => [],
            KindNode.Sequence sequence => sequence.Items,
            _ => [node],
        };
        if (items.Count < least || items.Count > most)
        {
            Fault(IsPresent ? $"must be a list of {least} to {most}" : "is missing");
        }

        var list = new List<T>();
        foreach (var (index, item) in items.Take(most).Index())
        {
            list.Add(read(new KindPart(item, faults, node is KindNode.Sequence ? $"{path}[{index}]" : path, item.Line)));
        }

        return list;
    }

    /// <summary>Names in a list, none twice.</summary>
    public List<string> Names(int least, int most)
    {
        var names = List(least, most, part => part.Text(Kebab.MaxLength * 2));
        if (names.Where(name => name.Length > 0).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            Fault($"names {Quote.Brief(twice.Key)} twice");
        }

        return names;
    }

    /// <summary>The entries of a mapping from names to parts, in the file's order.</summary>
    public List<T> Entries<T>(int least, int most, Func<string, KindPart, T> read)
    {
        if (node is not (null or KindNode.Mapping))
        {
            Fault("must be a mapping");
            return [];
        }

        var entries = (node as KindNode.Mapping)?.Entries ?? [];
        if (entries.Count < least || entries.Count > most)
        {
            Fault(IsPresent ? $"must have {least} to {most} entries" : "is missing");
        }

        var list = new List<T>();
        foreach (var entry in entries.Take(most))
        {
            var part = new KindPart(entry.Value, faults, path.Length == 0 ? entry.Name : $"{path}.{entry.Name}", entry.Line);
            if (!Kebab.IsValid(entry.Name))
            {
                part.Fault($"must have a name of {Kebab.Rule}");
            }

            list.Add(read(entry.Name, part));
        }

        return list;
    }

    /// <summary>Whether this is written as a mapping.</summary>
    public bool IsMapping => node is KindNode.Mapping;
}
