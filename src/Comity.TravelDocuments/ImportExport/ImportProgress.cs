using Comity.Core.Registers;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>How far an import is, and what came of it.</summary>
public sealed record ImportProgress
{
    /// <summary>The most refused lines that are kept with their reasons; more are counted.</summary>
    public const int MostFaults = 200;

    /// <summary>One that says nothing for so long has stopped: its process is gone.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>The import.</summary>
    public required string Id { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it last said how far it is.</summary>
    public DateTimeOffset Told { get; init; }

    /// <summary>When it came to its end; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether it went on when this was looked at.</summary>
    public bool Running { get; init; }

    /// <summary>The size of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>How much of it was taken in.</summary>
    public long Read { get; init; }

    /// <summary>How many lines.</summary>
    public long Lines { get; init; }

    /// <summary>New records.</summary>
    public long Published { get; init; }

    /// <summary>Records amended.</summary>
    public long Amended { get; init; }

    /// <summary>Records that were there already and say the same.</summary>
    public long Unchanged { get; init; }

    /// <summary>Lines refused.</summary>
    public long Refused { get; init; }

    /// <summary>The first lines refused, with what is wrong.</summary>
    public IReadOnlyList<LineFault> Faults { get; init; } = [];

    /// <summary>Why it ended before the end of the file; null where it did not.</summary>
    public Words? Failure { get; init; }

    /// <summary>How much is done, 0 to 100.</summary>
    public int Percent => Bytes == 0 ? 100 : (int)(Math.Min(Read, Bytes) * 100 / Bytes);

    /// <summary>Whether it goes on.</summary>
    public bool Runs(DateTimeOffset now) => Ended is null && now - Told < Silence;
}

/// <summary>A line that was refused.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Field">Which column; empty for the whole line.</param>
/// <param name="Why">What is wrong.</param>
public sealed record LineFault(long Line, string Field, Words Why);
