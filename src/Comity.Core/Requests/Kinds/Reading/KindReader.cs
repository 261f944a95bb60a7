using System.Diagnostics.CodeAnalysis;
using Comity.Core.Members;

namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>Makes a kind of a file, or says everything that is wrong with it.</summary>
public static class KindReader
{
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(IsoDuration.MaxDays);

    /// <summary>Reads one file.</summary>
    /// <param name="file">The file's name, for faults.</param>
    /// <param name="utf8">Its bytes; at most 256 KiB.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="found">On failure, what is wrong, by line; at most 100 and one that counts the rest.</param>
    public static bool TryRead(string file, ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out RequestKind? kind, out IReadOnlyList<KindFault> found)
    {
        kind = null;
        var faults = new KindFaults(file);
        if (KindYaml.TryRead(utf8, faults, out var root))
        {
            var read = Read(new KindPart(root, faults, "", 1), KindCanon.Of(root));
            KindRules.Check(read, new KindPart(root, faults, "", 1));
            kind = faults.Any ? null : read;
        }

        found = faults.All;
        return kind is not null;
    }

    private static RequestKind Read(KindPart file, byte[] canonical)
    {
        file.Knows("kind", "version", "title", "help", "sources", "purposes", "languages", "urgencies", "retention", "who", "acts", "clocks", "grounds", "conditions", "follow-ups", "form");
        var who = ActReader.ReadWho(file["who"]);
        var acts = file["acts"].Entries(1, 40, (name, part) => ActReader.Read(name, part, who));
        acts.AddRange(StandardActs.For(who).Where(standard => acts.All(act => act.Name != standard.Name)));
        return new RequestKind
        {
            Name = RegisterName.TryParse(file["kind"].Name(), out var name) ? name : default,
            Version = (int)Required(file["version"]).Number(1, 9999, 1),
            Title = Words(file["title"]),
            Help = Words(file["help"]),
            Sources = file["sources"].Entries(1, 30, ReadSource),
            Purposes = file["purposes"].List(1, RegisterTerms.MaxPurposes, part => Purpose.TryParse(part.Name(), out var purpose) ? purpose : default),
            Languages = file["languages"].List(1, 2, ReadLanguage),
            Urgencies = file["urgencies"].List(1, 3, part => part.OneOf<Urgency>()),
            Retention = ReadRetention(file["retention"]),
            Acts = acts,
            Clocks = file["clocks"].Entries(0, 40, ClockReader.Read),
            Grounds = file["grounds"].Entries(1, 40, ReadGround),
            Conditions = file["conditions"].Entries(0, 40, ReadCondition),
            FollowUps = file["follow-ups"].Entries(0, 20, ReadFollowUp),
            Form = ReadForm(file["form"]),
            Digest = KindDigest.Of(canonical),
            Canonical = canonical,
        };
    }

    internal static KindPart Required(KindPart part)
    {
        if (!part.IsPresent)
        {
            part.Fault("is missing");
        }

        return part;
    }

    private static Registers.Words Words(KindPart part)
    {
        part.Knows("en", "fr");
        return part.Words();
    }

    private static string ReadLanguage(KindPart part)
    {
        var language = part.Text(2);
        if (language is not ("" or "en" or "fr"))
        {
            part.Fault("must be en or fr");
        }

        return language;
    }

    private static TimeSpan ReadRetention(KindPart part)
    {
        var term = part.Term();
        if (part.IsPresent && term.Unit != TermUnit.Days)
        {
            part.Fault("must be a number of days");
        }

        return term.Amount <= LongestRetention.TotalDays ? TimeSpan.FromDays(term.Amount) : LongestRetention;
    }

    private static LegalSource ReadSource(string name, KindPart part)
    {
        part.Knows("en", "fr", "note");
        return new LegalSource(name, part.Words(), part["note"].WordsOrNull());
    }

    private static RefusalGround ReadGround(string name, KindPart part)
    {
        part.Knows("en", "fr", "source", "text");
        return new RefusalGround(name, part.Words(), part["source"].IsPresent ? part["source"].Name() : null, part["text"].Flag());
    }

    private static KindCondition ReadCondition(string name, KindPart part)
    {
        part.Knows("en", "fr", "text", "forbids", "asks-first", "always", "takes-text", "source");
        return new KindCondition
        {
            Name = name,
            Title = part.Words(),
            Text = Words(part["text"]),
            Forbids = part["forbids"].List(0, 5, exit => exit.OneOf<Conditions.Exit>()),
            AsksFirst = part["asks-first"].List(0, 5, exit => exit.OneOf<Conditions.Exit>()),
            Always = part["always"].Flag(),
            TakesText = part["takes-text"].Flag(),
            Source = part["source"].IsPresent ? part["source"].Name() : null,
        };
    }

    private static FollowUp ReadFollowUp(string name, KindPart part)
    {
        part.Knows("en", "fr", "kind", "by", "after", "to", "fills");
        return new FollowUp(
            name,
            RegisterName.TryParse(part["kind"].Name(), out var kind) ? kind : default,
            part["by"].OneOf<Side>(),
            part["after"].Name(),
            part["to"].IsPresent ? part["to"].Name() : null,
            part.Words(),
            part["fills"].Entries(0, KindRules.MostFields, ReadFill));
    }

    private static FilledField ReadFill(string field, KindPart part)
    {
        var from = part.Text(Kebab.MaxLength * 2).Split('.');
        if (from is [var act, var source])
        {
            return new FilledField(field, act, source);
        }

        part.Fault("must be an act and its field, as ask.offence");
        return new FilledField(field, "", "");
    }

    private static PrintedForm ReadForm(KindPart part)
    {
        part.Knows("en", "fr", "notice", "sections");
        return new PrintedForm(part.Words(), part["notice"].WordsOrNull(), part["sections"].List(1, 30, section =>
        {
            section.Knows("en", "fr", "fields");
            return new PrintedSection(section.Words(), section["fields"].Names(1, KindRules.MostFields));
        }));
    }
}
