using System.Globalization;
using Comity.Core.Tests.Network;

namespace Comity.Federation.Tests.Simulation;

/// <summary>COMITY_SEEDS sets how many seeds run (100); COMITY_SEED runs one alone.</summary>
public sealed class SimulationTests
{
    private const int Changes = 1000;

    [Fact]
    public async Task Feeds_converge_and_nothing_is_lost_or_leaks_whatever_the_line_does()
    {
        _ = Parties.Shared.Genesis;
        await Parallel.ForEachAsync(Seeds(), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (seed, _) => await RunAsync(seed));
    }

    private static async Task RunAsync(int seed)
    {
        // Every fourth network has a traitor in it.
        Treachery? treachery = seed % 4 == 3 ? (Treachery)(seed / 4 % Enum.GetValues<Treachery>().Length) : null;
        using var simulation = new NetworkSimulation(seed, treachery);
        try
        {
            await simulation.RunAsync(Changes);
            simulation.Judge();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed}{(treachery is null ? "" : $" ({treachery})")}, after {simulation.Truth.Changes} changes in {simulation.Passed.TotalHours:F0} hours. Run it again: COMITY_SEED={seed}. {e.Message}", e);
        }

        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {simulation.Truth.Changes} changes, {simulation.Passed.TotalHours:F0} hours");
    }

    private static IEnumerable<int> Seeds() =>
        Environment.GetEnvironmentVariable("COMITY_SEED") is { } one ? [int.Parse(one, CultureInfo.InvariantCulture)]
        : Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("COMITY_SEEDS") ?? "100", CultureInfo.InvariantCulture));
}
