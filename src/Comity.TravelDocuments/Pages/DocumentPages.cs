using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.Inventory;

namespace Comity.TravelDocuments.Pages;

/// <summary>The module's pages in the navigation, and the acts for which each is there.</summary>
internal static class DocumentPages
{
    private static readonly Words Group = new("Travel documents", "Documents de voyage");

    private static readonly Realm[] Realms = [Realm.Live, Realm.Exercise];

    /// <summary>To publish, amend, withdraw and look at own records, in either realm.</summary>
    public static IEnumerable<Act> Change { get; } = [.. Realms.Select(realm => new Act.Change(DocumentRegister.RegisterName, realm))];

    /// <summary>To enter and take stock.</summary>
    public static IEnumerable<Act> Stock { get; } = [new Act.Change(StockRegister.RegisterName, Realm.Live)];

    /// <summary>To see figures.</summary>
    public static IEnumerable<Act> Count { get; } = [new Act.Audit()];

    public static IReadOnlyList<NavigationEntry> Navigation { get; } =
    [
        new(Group, new("Check", "Contrôler"), "/documents/check", Check),
        new(Group, new("Own documents", "Documents de l’État"), "/documents/own", _ => Change),
        new(Group, new("Report", "Signaler"), "/documents/publish", _ => Change),
        new(Group, new("Import", "Importer"), "/documents/import", _ => Change),
        new(Group, new("Stock of blanks", "Stock de vierges"), "/documents/stock", _ => Stock),
        new(Group, new("Statistics", "Statistiques"), "/documents/statistics", _ => Count),
    ];

    /// <summary>To check for any of one's purposes, in either realm.</summary>
    public static IEnumerable<Act> Check(Actor actor) => actor.Purposes.SelectMany(purpose => Realms.Select(realm => new Act.Check(DocumentRegister.RegisterName, realm, purpose)));
}
