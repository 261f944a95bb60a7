using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.TravelDocuments.Pages;

/// <summary>The module's pages in the navigation, and the acts for which each is there.</summary>
internal static class DocumentPages
{
    private static readonly Words Group = new("Travel documents", "Documents de voyage");

    public static IReadOnlyList<NavigationEntry> Navigation { get; } =
    [
        new(Group, new("Check", "Contrôler"), "/documents/check", Check),
    ];

    /// <summary>To check for any of one's purposes, in either realm.</summary>
    public static IEnumerable<Act> Check(Actor actor) => actor.Purposes.SelectMany(purpose => Realms.Select(realm => new Act.Check(DocumentRegister.RegisterName, realm, purpose)));

    private static readonly Realm[] Realms = [Realm.Live, Realm.Exercise];
}
