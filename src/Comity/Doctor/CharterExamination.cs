using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Home;

namespace Comity.Doctor;

/// <summary>The network as this node knows it, and whether its own keys are those that the others go by.</summary>
internal static class CharterExamination
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        if (patient.Home is not { } home)
        {
            yield break;
        }

        if (home.Options.Genesis is not { } genesis)
        {
            yield return Finding.Fault("charter", "This node has not joined a network yet.", "comity join, with the genesis hash as it was read out in person.");
            yield break;
        }

        if (patient.Store is not { } store)
        {
            yield break;
        }

        var (network, broken) = Load(store, genesis);
        if (broken is not null || network?.Chain.Current is null)
        {
            yield return Finding.Fault("charter", broken ?? "There is no charter in the database.", "comity join again, or restore the database.");
            yield break;
        }

        patient.Network = network;
        yield return Term(network, patient.Clock.GetUtcNow());
        foreach (var finding in Own(patient, network))
        {
            yield return finding;
        }
    }

    private static (StoredNetwork? Network, string? Fault) Load(NodeStore store, CharterHash genesis)
    {
        try
        {
            return (StoredNetwork.Load(store, genesis), null);
        }
        catch (StorageException e)
        {
            return (null, e.Message);
        }
    }

    private static Finding Term(StoredNetwork network, DateTimeOffset now)
    {
        var charter = network.Directory.Charter;
        var text = $"{charter.Network}, charter {charter.Number}, {network.Directory.Members.Count} members, until {charter.Expires:yyyy-MM-dd HH:mm}Z";
        return charter.IsExpired(now) ? Finding.Fault("charter", text + ": it is over, and nothing is exchanged.", "comity charter new --after …, signed by the threshold, then comity charter take.")
            : charter.Expires - now < Soon ? Finding.Notice("charter", text + ": it ends soon.", "Draw up the next one: comity charter new --after …")
            : Finding.Fine("charter", text);
    }

    private static IEnumerable<Finding> Own(Patient patient, StoredNetwork network)
    {
        var directory = network.Directory;
        if (directory.Find(patient.Home!.Options.Member) is not { } self)
        {
            yield return Finding.Fault("membership", $"The charter does not list {patient.Home.Options.Member}.", "A charter that does must be signed and taken: comity charter take.");
            yield break;
        }

        if (self.Suspended)
        {
            yield return Finding.Fault("membership", "This member is suspended: partners refuse it.", "Telephone the partners who signed the notice.");
        }

        if (patient.Ring is not { } ring)
        {
            yield break;
        }

        var unknown = KeyRing.Online.Where(use => directory.ActiveKeys(self.Code, use).All(known => known.Key.Id != ring.Current(use).Id)).ToList();
        yield return unknown.Count > 0
            ? Finding.Fault("membership", $"Partners do not go by this node's current {string.Join(", ", unknown).ToLowerInvariant()} key.", "Was a rotation not handed in? comity keys rotate says its notice again; comity notice take hands it in. Or an older copy of the keys was restored.")
            : Finding.Fine("membership", $"{self.Code} is a member, and its keys are those of the charter");
    }
}
