using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.TravelDocuments.Pages;

/// <summary>A page on which it is chosen for whom records are (<c>_Audience.cshtml</c>).</summary>
public abstract class AudienceForm : NodePage
{
    /// <summary>The members that the charter lets be chosen.</summary>
    public IReadOnlyList<Member> Readers =>
        [.. Node.Context.Membership.Directory.Readers(DocumentRegister.RegisterName, Node.Context.Membership.Self).Select(code => Node.Context.Membership.Directory.Find(code)).OfType<Member>()];

    /// <summary>What was chosen; null, with a fault beside its field, where nothing was.</summary>
    protected string? ReadAudience()
    {
        var (chosen, members) = (Sent("audience"), SentAll("members"));
        var audience = chosen == "members" ? string.Join(',', members) : chosen;
        if (string.IsNullOrEmpty(audience))
        {
            Fault(chosen == "members" && members.Count == 0 ? "members" : "audience", new Words("Choose for whom the record is.", "Choisissez à qui le signalement est destiné."));
            return null;
        }

        return audience;
    }
}
