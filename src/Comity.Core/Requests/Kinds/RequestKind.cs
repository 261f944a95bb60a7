using System.Security.Cryptography;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds;

/// <summary>What members may ask of each other, as one file declares it. docs/requests.md says how such a file is written.</summary>
/// <remarks>A value of this type is whole: every name that one part uses of another is there, and every text stands in English and French.</remarks>
public sealed record RequestKind
{
    /// <summary>The name of the first act of every kind: asking.</summary>
    public const string Ask = "ask";

    /// <summary>The kind's name, e.g. <c>expedited-preservation</c>; what charters, requests and the ledger call it.</summary>
    public required RegisterName Name { get; init; }

    /// <summary>1, and one more with each change that matters to people; the digest is what counts.</summary>
    public required int Version { get; init; }

    /// <summary>What people call it.</summary>
    public required Words Title { get; init; }

    /// <summary>What it is for, and what it is not.</summary>
    public required Words Help { get; init; }

    /// <summary>The texts of law that it rests on; at least one.</summary>
    public required IReadOnlyList<LegalSource> Sources { get; init; }

    /// <summary>What it may be used for, at most; the charter may say fewer.</summary>
    public required IReadOnlyList<Purpose> Purposes { get; init; }

    /// <summary>The languages (BCP 47, two letters) in which its printed form can be made and help stands: <c>en</c>, <c>fr</c> or both.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>How urgent it may be, the least first; the first is the one proposed.</summary>
    public required IReadOnlyList<Urgency> Urgencies { get; init; }

    /// <summary>Everything that either side does under it, with what must be said in doing so; <see cref="Ask"/> first.</summary>
    public required IReadOnlyList<KindAct> Acts { get; init; }

    /// <summary>What runs, from when, for how long, and why.</summary>
    public required IReadOnlyList<KindClock> Clocks { get; init; }

    /// <summary>The grounds on which it may be refused; no other.</summary>
    public required IReadOnlyList<RefusalGround> Grounds { get; init; }

    /// <summary>Conditions that the asked member may offer, and those that always stand.</summary>
    public required IReadOnlyList<KindCondition> Conditions { get; init; }

    /// <summary>Requests that can be drafted from this one in one press.</summary>
    public required IReadOnlyList<FollowUp> FollowUps { get; init; }

    /// <summary>How long its content is kept after it was closed; kind, parties, times and commitments stay.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>How it prints.</summary>
    public required PrintedForm Form { get; init; }

    /// <summary>What stands in the charter: SHA-256 of the file's canonical form.</summary>
    public required KindDigest Digest { get; init; }

    /// <summary>The canonical form: what the digest is over, and what another node can be given.</summary>
    public required ReadOnlyMemory<byte> Canonical { get; init; }

    /// <summary>The act with this name; null where there is none.</summary>
    public KindAct? Act(string name) => Acts.FirstOrDefault(act => act.Name == name);

    /// <summary>The ground with this name; null where there is none.</summary>
    public RefusalGround? Ground(string name) => Grounds.FirstOrDefault(ground => ground.Name == name);

    /// <summary>The condition with this name; null where there is none.</summary>
    public KindCondition? Condition(string name) => Conditions.FirstOrDefault(condition => condition.Name == name);

    /// <summary>The source with this name; null where there is none.</summary>
    public LegalSource? Source(string name) => Sources.FirstOrDefault(source => source.Name == name);
}

/// <summary>SHA-256 over a kind's canonical form: 64 lower-case hexadecimal digits.</summary>
public readonly record struct KindDigest
{
    private readonly string? _hex;

    private KindDigest(string hex) => _hex = hex;

    /// <summary>The digest of a canonical form.</summary>
    public static KindDigest Of(ReadOnlySpan<byte> canonical) => new(Convert.ToHexStringLower(SHA256.HashData(canonical)));

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    public static bool TryParse(string? text, out KindDigest digest)
    {
        var valid = text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");
        digest = valid ? new KindDigest(text!) : default;
        return valid;
    }

    /// <summary>The digits; empty for the default value.</summary>
    public override string ToString() => _hex ?? "";
}

/// <summary>A text of law that a kind rests on.</summary>
/// <param name="Name">What the rest of the file calls it, e.g. <c>budapest-29</c>.</param>
/// <param name="Title">The instrument and the clause, as a lawyer cites it.</param>
/// <param name="Note">What it demands, in the kind's author's words; null where nothing is added.</param>
public sealed record LegalSource(string Name, Words Title, Words? Note);

/// <summary>Whose part an act is.</summary>
public enum Side
{
    /// <summary>The member that asks.</summary>
    Asking,

    /// <summary>The member that is asked.</summary>
    Asked,

    /// <summary>Either of them.</summary>
    Either,
}

/// <summary>How much time there is.</summary>
public enum Urgency
{
    /// <summary>In the ordinary course.</summary>
    Routine,

    /// <summary>Before other work.</summary>
    Urgent,

    /// <summary>A life, or data that are about to be gone: wake somebody.</summary>
    Emergency,
}

/// <summary>A ground on which a request may be refused.</summary>
/// <param name="Name">Its name in events and the ledger.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Source">The legal source's name; null where it is not of law.</param>
/// <param name="NeedsText">Whether reasons must be given in words, too.</param>
public sealed record RefusalGround(string Name, Words Title, string? Source, bool NeedsText);

/// <summary>A request that can be drafted from another in one press.</summary>
/// <param name="Name">Its name within the kind.</param>
/// <param name="Kind">The kind that is drafted.</param>
/// <param name="By">Who may.</param>
/// <param name="After">The act whose content it is drafted from, once that has happened.</param>
/// <param name="To">The field of that act which says whom to ask; null: the same member that was asked.</param>
/// <param name="Title">What the button says.</param>
/// <param name="Fills">Which fields of the new request's <see cref="RequestKind.Ask"/> are filled, and from which field of which act.</param>
public sealed record FollowUp(string Name, RegisterName Kind, Side By, string After, string? To, Words Title, IReadOnlyList<FilledField> Fills);

/// <summary>A field that a follow-up fills.</summary>
/// <param name="Field">The field of the new request.</param>
/// <param name="Act">The act that is copied from.</param>
/// <param name="From">The field of that act.</param>
public sealed record FilledField(string Field, string Act, string From);

/// <summary>How a kind prints.</summary>
/// <param name="Heading">What stands on top of every page.</param>
/// <param name="Notice">What the receiver must know before reading, e.g. that nobody may be told; null for nothing.</param>
/// <param name="Sections">The fields by section, in order; every field of <see cref="RequestKind.Ask"/> that leaves stands in one.</param>
public sealed record PrintedForm(Words Heading, Words? Notice, IReadOnlyList<PrintedSection> Sections);

/// <summary>A section of the printed form.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Fields">The fields of <see cref="RequestKind.Ask"/> in it.</param>
public sealed record PrintedSection(Words Title, IReadOnlyList<string> Fields);
