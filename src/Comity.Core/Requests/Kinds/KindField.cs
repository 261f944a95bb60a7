using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds;

/// <summary>What a field holds. docs/requests.md shows each as it is sent.</summary>
public enum FieldType
{
    /// <summary>One line.</summary>
    Text,

    /// <summary>Several lines.</summary>
    LongText,

    /// <summary>One of the choices.</summary>
    Choice,

    /// <summary>True or false.</summary>
    YesNo,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A day.</summary>
    Date,

    /// <summary>An instant with its zone.</summary>
    Instant,

    /// <summary>A length of time.</summary>
    Duration,

    /// <summary>A member of the network, or another State where <see cref="KindField.Outside"/> says so.</summary>
    Member,

    /// <summary>What a register calls its subject, e.g. a document's number; <see cref="KindField.Register"/> says whose.</summary>
    Subject,

    /// <summary>An offence: what it is called, and where it stands in the law of the asking State.</summary>
    Offence,

    /// <summary>An act of law with its clause.</summary>
    LegalBasis,

    /// <summary>An amount with its currency; never a floating-point number.</summary>
    Amount,

    /// <summary>A person.</summary>
    Person,

    /// <summary>An authority or service, with how to reach it, its hours and its zone.</summary>
    Contact,

    /// <summary>What identifies an account or a device: IP address with port and instant, telephone, e-mail, URL, account, device.</summary>
    Identifier,

    /// <summary>A file: name, media type, size, SHA-256.</summary>
    Attachment,

    /// <summary>Another request between the same members, by its reference.</summary>
    Reference,

    /// <summary>A hash of data: algorithm and value.</summary>
    Hash,

    /// <summary>A cover number instead of a person's name; nothing that looks like a name fits.</summary>
    CoverNumber,
}

/// <summary>Which fields leave this State.</summary>
public enum Leaving
{
    /// <summary>With the act.</summary>
    WithAct,

    /// <summary>Only once the other side has accepted, and where it was asked to accept conditions, has accepted those.</summary>
    OnceAccepted,

    /// <summary>Never: it is for this State's own files.</summary>
    Never,
}

/// <summary>One field of an act.</summary>
public sealed record KindField
{
    /// <summary>The most characters of one line.</summary>
    public const int LongestLine = 500;

    /// <summary>The most characters of several lines.</summary>
    public const int LongestText = 20_000;

    /// <summary>The most elements of a list.</summary>
    public const int MostItems = 200;

    /// <summary>Its name: a property of the act's JSON.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required FieldType Type { get; init; }

    /// <summary>What a form calls it.</summary>
    public required Words Label { get; init; }

    /// <summary>How to fill it in; null where the label says it.</summary>
    public required Words? Help { get; init; }

    /// <summary>Whether it must be there; where <see cref="When"/> does not hold it need not.</summary>
    public required bool Required { get; init; }

    /// <summary>Under which condition it is asked for at all; null: always. Where it does not hold, the field must be absent.</summary>
    public required FieldCondition? When { get; init; }

    /// <summary>Whether it is a list of what <see cref="Type"/> says.</summary>
    public required bool IsList { get; init; }

    /// <summary>Characters of a text at most; for a number, the greatest; for an attachment, its bytes; elements are counted by <see cref="MaxItems"/>.</summary>
    public required long Max { get; init; }

    /// <summary>For a number, the least.</summary>
    public required long Min { get; init; }

    /// <summary>Elements of a list at most; 1 where it is none.</summary>
    public required int MaxItems { get; init; }

    /// <summary>What may be chosen; empty but for <see cref="FieldType.Choice"/>.</summary>
    public required IReadOnlyList<FieldChoice> Choices { get; init; }

    /// <summary>Whether a State that is no member of the network may be named.</summary>
    public required bool Outside { get; init; }

    /// <summary>The register whose subjects <see cref="FieldType.Subject"/> reads; null for every other type.</summary>
    public required RegisterName? Register { get; init; }

    /// <summary>When it leaves this State.</summary>
    public required Leaving Leaves { get; init; }
}

/// <summary>One thing that may be chosen.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Label">As a form calls it.</param>
public sealed record FieldChoice(string Name, Words Label);

/// <summary>A condition on another field of the same act.</summary>
/// <param name="Field">That field: a choice, or yes or no; it stands before this one.</param>
/// <param name="Is">One of these values: names of choices, or <c>yes</c>, <c>no</c>.</param>
public sealed record FieldCondition(string Field, IReadOnlyList<string> Is);
