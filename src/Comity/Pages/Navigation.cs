using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.Pages;

/// <summary>Everything that has a page of its own, in the order of the navigation: the modules' pages, then the core's.</summary>
internal static class Navigation
{
    private static readonly Words People = new("People", "Personnes");

    public static IReadOnlyList<NavigationEntry> All { get; } =
    [
        .. Modules.All.SelectMany(module => module.Navigation),
        .. InsightPages.Navigation,
        new(People, new("Approvals", "Approbations"), "/approvals", _ => [new Act.Look()]),
        new(People, new("Accounts", "Comptes"), "/accounts", _ => [new Act.Administer()]),
    ];

    /// <summary>What an actor sees: groups with their entries; a group without any for the actor is left out.</summary>
    public static IReadOnlyList<IGrouping<string, NavigationEntry>> For(Membership membership, Actor actor) =>
        [.. All.Where(entry => entry.IsFor(membership, actor)).GroupBy(entry => entry.Group.En)];
}
