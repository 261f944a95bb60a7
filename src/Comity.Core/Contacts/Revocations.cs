using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Contacts;

/// <summary>
/// How old what this node knows of revocations is. Any member serves all notices, so it is as new as the newest contact after which
/// every notice that the partner has was here. docs/protocol/charter.md, "Revocations that cannot be fetched".
/// </summary>
public sealed class Revocations(NodeContext node, Standings standings)
{
    /// <summary>How old it may be for a service; for a register the charter's <c>staleAfter</c> says.</summary>
    public static readonly TimeSpan ForServices = TimeSpan.FromHours(24);

    /// <summary>Up to when every notice that some partner has is here; null where none was ever compared.</summary>
    public DateTimeOffset? AsOf => node.Membership.Partners.Select(partner => standings.Peers.GetValueOrDefault(partner.Code)?.NoticesAsOf).Max();

    /// <summary>Whether it is older than a register or a service demands; false where there are no partners, and for what is not shared.</summary>
    public bool IsStale(RegisterName name) => Demands(name) is var (within, _) && IsOlderThan(within);

    /// <summary>Why a register or a service is not used now; null where it is, be it with a warning.</summary>
    public Problem? Refuses(RegisterName name) => Demands(name) is (var within, false) && IsOlderThan(within)
        ? Problem.Of(ProblemKind.RevocationsStale, $"{name}: revocations are known as of {(AsOf is { } at ? $"{at.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "never")}; the charter lets it be used for {Span(within)} after that.")
        : null;

    /// <summary>What to say beside an answer where it is too old, and the charter lets the register or service be used all the same; null where there is nothing to say.</summary>
    public Words? Warning(RegisterName name)
    {
        if (!IsStale(name))
        {
            return null;
        }

        var at = AsOf is { } known ? $"{known.UtcDateTime:yyyy-MM-dd HH:mm}Z" : null;
        return new Words(
            at is null ? "Which keys were revoked was never compared with a partner." : $"Which keys were revoked is known as of {at}.",
            at is null ? "Les clés révoquées n’ont jamais été comparées avec un partenaire." : $"Les clés révoquées sont connues jusqu’à {at}.");
    }

    /// <summary>Every register and service for which it is too old now, and whether it is refused for that.</summary>
    public IReadOnlyList<(RegisterName Name, bool Refused)> Stale
    {
        get
        {
            var charter = node.Membership.Directory.Charter;
            return [.. charter.Registers.Select(terms => terms.Name).Concat(charter.Services.Select(terms => terms.Name)).Where(IsStale).Select(name => (name, Refuses(name) is not null))];
        }
    }

    internal void Record()
    {
        if (AsOf is { } at)
        {
            Telemetry.RevocationsAge.Record((node.Now - at).TotalSeconds);
        }
    }

    private (TimeSpan Within, bool MayBeStale)? Demands(RegisterName name) =>
        node.Membership.Directory is var directory && directory.Register(name) is { Mode: not SharingMode.Local } register ? (register.StaleAfter, register.RevocationMayBeStale)
        : directory.Service(name) is { } service ? (ForServices, service.RevocationMayBeStale)
        : null;

    private bool IsOlderThan(TimeSpan within) => node.Membership.Partners.Any() && !(node.Now - AsOf <= within);

    private static string Span(TimeSpan span) => span.TotalHours >= 1 ? $"{span.TotalHours:0.#} h" : $"{span.TotalMinutes:0.#} min";
}
