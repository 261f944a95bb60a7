using System.Text.Json;
using Comity.Core.Members;

namespace Comity.Core.Registers;

/// <summary>A register as its module gives it to the core: what its records are, and how one is found.</summary>
/// <remarks>
/// A new register is one class that implements this and one line in the program. The core keeps the records, feeds them,
/// erases them, keeps the ledger and asks partners; the module keeps an index in memory and says what a hit is.
/// <see cref="Find"/> may be called from many threads while one thread adds and removes.
/// </remarks>
public interface IRegister
{
    /// <summary>The register's name, as the charter has it.</summary>
    RegisterName Name { get; }

    /// <summary>Judges a record's content: from this State's own desks and from partners' feeds alike.</summary>
    /// <param name="content">A JSON object, UTF-8.</param>
    /// <param name="mayIssue">Whether the owner may publish for an issuing code, by the charter.</param>
    Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue);

    /// <summary>Puts a record into the index; does nothing where it is there.</summary>
    void Add(RecordAddress at, IRegisterRecord record);

    /// <summary>Takes a record out of the index.</summary>
    void Remove(RecordAddress at, IRegisterRecord record);

    /// <summary>Takes records out of the index whose content is erased already, by a walk over all of it: another process ended them.</summary>
    /// <param name="gone">Whether what lies at an address is to go. It may change its mind between two steps, and is then heeded.</param>
    /// <returns>For each short step how many records are left; nothing is done before it is asked for.</returns>
    /// <remarks>Until then a check that finds such a record learns from the store that it is not in force.</remarks>
    IEnumerable<long> Forget(Func<RecordAddress, bool> gone);

    /// <summary>Reads a probe that came from outside.</summary>
    ProbeReading ReadProbe(ReadOnlyMemory<byte> json);

    /// <summary>The records that answer a probe, best first.</summary>
    Findings Find(IProbe probe);

    /// <summary>What a probe is about, for <see cref="Ledger.WhoAsked"/>; null where questions to this register are about nothing that has a name.</summary>
    /// <remarks>However it is written or scanned, the same subject gives the same key; a probe that knows more of it gives the same key, too.</remarks>
    Subject? SubjectOf(IProbe probe);

    /// <summary>What a subject is called in a form, e.g. Document number; null where <see cref="SubjectOf"/> never names one.</summary>
    Words? SubjectName { get; }

    /// <summary>Reads a subject as a person writes it into one field.</summary>
    ProbeReading ReadSubject(string text);

    /// <summary>What a record says, line by line, for people who look at it; a register that has no words of its own shows its fields as they stand.</summary>
    /// <param name="content">A record's content, a JSON object, UTF-8.</param>
    IEnumerable<RecordLine> Show(ReadOnlyMemory<byte> content)
    {
        using var json = JsonDocument.Parse(content);
        return [.. json.RootElement.EnumerateObject().Where(field => field.Name != "v").Select(field => RecordLine.Plain(
            new Words(field.Name, field.Name), field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText()))];
    }

    /// <summary>A code of <see cref="Found.Strength"/> in words.</summary>
    Words StrengthName(string strength) => new(strength, strength);

    /// <summary>What a partner is told of a hit on a queried register: a reference and the strength, never the record.</summary>
    /// <remarks>Unused by a replicated register.</remarks>
    QueriedContract? Contract { get; }
}

/// <summary>Where a record is: a feed's number in this node's store and the entry's index.</summary>
/// <param name="Log">The feed's number.</param>
/// <param name="Index">The entry.</param>
public readonly record struct RecordAddress(int Log, long Index);

/// <summary>A record's content as its module understands it.</summary>
public interface IRegisterRecord
{
    /// <summary>Equal for records about the same thing: an owner has one of them in force at a time.</summary>
    string NaturalKey { get; }

    /// <summary>The canonical JSON, UTF-8: what is published and compared.</summary>
    byte[] ToContent();
}

/// <summary>What a register's owner asks with.</summary>
public interface IProbe
{
    /// <summary>The canonical JSON, UTF-8: what is committed to and sent to queried members.</summary>
    byte[] ToContent();
}

/// <summary>What a probe is about.</summary>
/// <param name="Key">Its normal form, by which questions about it are found; at most 200 characters.</param>
/// <param name="Besides">What else the probe said of it, for a person; null where nothing.</param>
public sealed record Subject(string Key, string? Besides = null);

/// <summary>Whether content may stand in a register.</summary>
public abstract record Judgement
{
    private Judgement()
    {
    }

    /// <summary>It may.</summary>
    public sealed record Accepted(IRegisterRecord Record) : Judgement;

    /// <summary>It cannot be read or breaks the register's rules.</summary>
    /// <param name="Field">Which field.</param>
    /// <param name="Reason">What is wrong, without its value.</param>
    public sealed record Invalid(string Field, string Reason) : Judgement;

    /// <summary>It is about what another State issues.</summary>
    public sealed record ForeignIssuer(IssuingCode Issuer) : Judgement;
}

/// <summary>A probe read, or why not.</summary>
public abstract record ProbeReading
{
    private ProbeReading()
    {
    }

    /// <summary>It can be asked.</summary>
    public sealed record Accepted(IProbe Probe) : ProbeReading;

    /// <summary>It cannot.</summary>
    public sealed record Invalid(string Field, string Reason) : ProbeReading;
}

/// <summary>Records that answer a probe.</summary>
/// <param name="Matches">Best first.</param>
/// <param name="Cut">Whether there were more near ones than are given.</param>
public sealed record Findings(IReadOnlyList<Found> Matches, bool Cut = false)
{
    /// <summary>Nothing.</summary>
    public static Findings None { get; } = new([]);
}

/// <summary>One record that answers.</summary>
/// <param name="At">Where it is.</param>
/// <param name="Hit">Whether it is a hit; otherwise it is near and never called one.</param>
/// <param name="Strength">A code of the register's, e.g. <c>exact</c>.</param>
/// <param name="Explanation">Why, in words a person can check.</param>
public sealed record Found(RecordAddress At, bool Hit, string Strength, Words Explanation);

/// <summary>The same in both languages.</summary>
/// <param name="En">English.</param>
/// <param name="Fr">French.</param>
public sealed record Words(string En, string Fr);

/// <summary>One line of a record as people see it.</summary>
/// <param name="Name">What is said.</param>
/// <param name="Value">What it says.</param>
public sealed record RecordLine(Words Name, Words Value)
{
    /// <summary>A line whose value is the same in both languages.</summary>
    public static RecordLine Plain(Words name, string value) => new(name, new Words(value, value));
}

/// <summary>What members may ask of a queried register. docs/protocol/query.md.</summary>
/// <param name="PerDay">How many questions a member may put for one purpose in a day, unless the charter says fewer.</param>
/// <param name="NeedsCase">Whether a case reference is demanded.</param>
public sealed record QueriedContract(int PerDay, bool NeedsCase);
