using Comity.Core.Feeds;
using Comity.Core.Storage;

namespace Comity.Doctor;

/// <summary>Whether what has ended is gone: here, and by their receipts at partners.</summary>
internal static class ErasureExamination
{
    public static IEnumerable<Finding> Examine(Patient patient)
    {
        if (patient is not { Store: { } store, Network.Directory: { } directory } || store.Read(session => session.First("SELECT MAX(number) FROM migration", row => row.GetInt64(0))) != Databases.Schema)
        {
            yield break;
        }

        var now = patient.Clock.GetUtcNow();
        var (owing, kept) = store.Read(session => (ErasureTerms.Owing(session, directory, now), ErasureTerms.Kept(session, directory, now)));
        foreach (var feed in kept.Where(feed => feed.Expired > 0))
        {
            yield return Finding.Fault("erasure", $"{feed.Expired} records of {feed.Feed.Origin} are over since {feed.Since:yyyy-MM-dd HH:mm}Z and still here.", "Two partners' clocks must confirm the time; or two persons vouch for this one: comity approval expire.");
        }

        foreach (var feed in kept.Where(feed => feed.Late > 0))
        {
            yield return Finding.Notice("erasure", $"{feed.Late} bodies of {feed.Feed.Origin} were found and erased late, last on {feed.LateAt:yyyy-MM-dd HH:mm}Z.", "Was an older copy of the database used? comity ledger search --kind erased-late");
        }

        foreach (var owed in owing.Where(owed => owed.Overdue > 0))
        {
            yield return Finding.Notice("erasure", $"{owed.Member} owes {owed.Overdue} receipts of erasure for {owed.Feed.Origin}, the first since {owed.Since:yyyy-MM-dd HH:mm}Z.", $"Call the desk of {owed.Member}: its node must erase and say so.");
        }

        if (kept.Count == 0 && owing.All(owed => owed.Overdue == 0))
        {
            yield return Finding.Fine("erasure", "what has ended is gone, and partners have signed that it is");
        }
    }
}
