using Parley.Kernel;

namespace Parley.Tests.Kernel;

public sealed class MappedFileTests
{
    private const string Smaps = """
        55d0c0000000-55d0c0010000 r--p 00000000 fe:00 131 /usr/bin/parley
        Rss:                  64 kB
        Anonymous:             0 kB
        55d0c0010000-55d0c0030000 r-xp 00010000 fe:00 131 /usr/bin/parley
        Anonymous:             0 kB
        55d0c0030000-55d0c0034000 r--p 00030000 fe:00 131 /usr/bin/parley
        Private_Dirty:        16 kB
        Anonymous:            16 kB
        55d0c0034000-55d0c0040000 rw-p 00034000 fe:00 131 /usr/bin/parley
        Anonymous:             0 kB
        55d0c1000000-55d0c1040000 rw-p 00000000 00:00 0 [heap]
        Anonymous:           256 kB
        7f0000000000-7f0000010000 r-xp 00000000 fe:00 132 /usr/lib/libc.so.6
        Anonymous:             0 kB
        7f0000010000-7f0000020000 r-xp 00000000 fe:00 133 /usr/bin/not/usr/bin/parley
        Anonymous:             0 kB
        """;

    [Fact]
    public void Only_what_the_file_still_holds_is_let_go() =>
        Assert.Equal(
            ["55d0c0000000-55d0c0010000", "55d0c0010000-55d0c0030000"],
            MappedFile.Unchanged(Smaps.Split('\n'), "/usr/bin/parley").Select(range => $"{range.Start:x}-{range.End:x}")
        );
}
