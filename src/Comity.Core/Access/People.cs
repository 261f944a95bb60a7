using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;

namespace Comity.Core.Access;

/// <summary>Everything about people: who they are, how they sign in, who is signed in. Works beside a running node too, on its store.</summary>
public sealed class People
{
    /// <summary>Puts it together.</summary>
    /// <param name="node">Store, keys, clock.</param>
    /// <param name="sessions">How long sessions last.</param>
    public People(NodeContext node, SessionLimits sessions)
    {
        Node = node;
        Desks = new Desks(node);
        Officers = new OfficerBook(node);
        Tickets = new Tickets(node);
        LockOuts = new LockOuts(node);
        Sessions = new Sessions(node, sessions);
        Credentials = new Credentials(node, Officers, Tickets);
        SignIn = new SignIn(node, Credentials, LockOuts, Sessions);
        Passkeys = new Passkeys(node, Credentials, Tickets, LockOuts, Sessions);
    }

    /// <summary>Desks.</summary>
    public Desks Desks { get; }

    /// <summary>Accounts.</summary>
    public OfficerBook Officers { get; }

    /// <summary>What the browser keeps between two steps.</summary>
    public Tickets Tickets { get; }

    /// <summary>Waiting after failures.</summary>
    public LockOuts LockOuts { get; }

    /// <summary>Who is signed in.</summary>
    public Sessions Sessions { get; }

    /// <summary>Passwords, one-time codes, enrolment.</summary>
    public Credentials Credentials { get; }

    /// <summary>Signing in by password.</summary>
    public SignIn SignIn { get; }

    /// <summary>Passkeys.</summary>
    public Passkeys Passkeys { get; }

    private NodeContext Node { get; }

    /// <summary>Deletes what is over.</summary>
    public Task SweepAsync() => Node.Store.WriteAsync(session =>
    {
        Sessions.Sweep(session);
        LockOuts.Sweep(session);
    });
}
