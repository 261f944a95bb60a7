using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.Pages;

/// <summary>The pages on hits, members, feeds and the ledger in the navigation, and the acts for which each is there.</summary>
internal static class InsightPages
{
    private static readonly Words Hits = new("Hits", "Concordances");
    private static readonly Words Network = new("Network", "Réseau");
    private static readonly Words Ledger = new("Ledger", "Journal");

    /// <summary>To change own records of any register, in either realm.</summary>
    public static IEnumerable<Act> OwnRecords { get; } =
        [.. Modules.All.SelectMany(module => module.CreateRegisters()).SelectMany(register => new[] { Realm.Live, Realm.Exercise }.Select(realm => new Act.Change(register.Name, realm)))];

    /// <summary>The entries.</summary>
    public static IReadOnlyList<NavigationEntry> Navigation { get; } =
    [
        new(Hits, new("Hits on our records", "Concordances avec nos signalements"), "/hits", _ => OwnRecords),
        new(Network, new("Picture", "Vue d’ensemble"), "/network", _ => [new Act.Look()]),
        new(Network, new("Members and charter", "Membres et charte"), "/members", _ => [new Act.Look()]),
        new(Network, new("Feeds", "Flux"), "/feeds", _ => [new Act.Look()]),
        new(Ledger, new("Search", "Rechercher"), "/ledger", _ => [new Act.Audit()]),
        new(Ledger, new("Verify", "Vérifier"), "/ledger/verify", _ => [new Act.Audit()]),
        new(Ledger, new("Who asked", "Qui a demandé"), "/ledger/asked", _ => [new Act.Protect()]),
    ];
}
