using Comity.Emrtd;

namespace Comity.TravelDocuments.Checks;

/// <summary>How many entries there are of each length of number, so that nobody seeks where there is nothing.</summary>
/// <remarks>One writer at a time, who counts an entry before it is put in and no more after it is gone: a reader who is told that there is none would find none.</remarks>
internal sealed class LengthCounts
{
    private readonly int[] _counts = new int[DocumentNumber.MaxLength + 1];

    public bool Any(int length) => Volatile.Read(ref _counts[length]) != 0;

    public void Up(int length) => Volatile.Write(ref _counts[length], _counts[length] + 1);

    public void Down(int length) => Volatile.Write(ref _counts[length], _counts[length] - 1);
}
