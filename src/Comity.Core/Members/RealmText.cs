namespace Comity.Core.Members;

/// <summary>Realms as they are written.</summary>
public static class RealmText
{
    /// <summary>"live" or "exercise".</summary>
    public static string Text(this Realm realm) => realm == Realm.Live ? "live" : "exercise";

    /// <summary>Reads "live" or "exercise".</summary>
    public static bool TryParse(string? text, out Realm realm)
    {
        realm = text == "exercise" ? Realm.Exercise : Realm.Live;
        return text is "live" or "exercise";
    }
}
