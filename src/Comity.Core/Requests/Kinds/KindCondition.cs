using Comity.Core.Registers;
using Comity.Core.Requests.Conditions;

namespace Comity.Core.Requests.Kinds;

/// <summary>A condition that the asked member may set under a kind.</summary>
public sealed record KindCondition
{
    /// <summary>Its name, one of a kind.</summary>
    public required string Name { get; init; }

    /// <summary>What the list calls it.</summary>
    public required Words Title { get; init; }

    /// <summary>What stands on every print and page once it binds.</summary>
    public required Words Text { get; init; }

    /// <summary>What it forbids in the receiver's node.</summary>
    public required IReadOnlyList<Exit> Forbids { get; init; }

    /// <summary>What it lets happen only with the originator's permission.</summary>
    public required IReadOnlyList<Exit> AsksFirst { get; init; }

    /// <summary>Whether it stands without being offered: the kind itself sets it.</summary>
    public required bool Always { get; init; }

    /// <summary>Whether the officer who offers it adds text of the case.</summary>
    public required bool TakesText { get; init; }

    /// <summary>The legal source's name; null where there is none.</summary>
    public required string? Source { get; init; }
}
