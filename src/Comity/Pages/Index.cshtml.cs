using Comity.Core.Access;
using Comity.Core.Web.Pages;

namespace Comity.Pages;

/// <summary>The first page: what needs somebody, in words, and the way to everything else.</summary>
public sealed class IndexModel : NodePage
{
    public IReadOnlyList<Need> Needs { get; private set; } = [];

    protected override IEnumerable<Act> Acts => [new Act.Look()];

    public void OnGet() => Needs = Need.All(Node, Actor, Speech);
}
