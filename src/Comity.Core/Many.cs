namespace Comity.Core;

/// <summary>The same for many, on every core: for work that touches nothing shared, such as reading, hashing and sealing.</summary>
internal static class Many
{
    /// <summary>Fewer than this are not worth waking another core for.</summary>
    private const int WorthIt = 64;

    /// <summary>Makes one of each index, in order.</summary>
    public static T[] Make<T>(int count, Func<int, T> make)
    {
        var made = new T[count];
        if (count < WorthIt)
        {
            for (var i = 0; i < count; i++)
            {
                made[i] = make(i);
            }
        }
        else
        {
            Parallel.For(0, count, i => made[i] = make(i));
        }

        return made;
    }
}
