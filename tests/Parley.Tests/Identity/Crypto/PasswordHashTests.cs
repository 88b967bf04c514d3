using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Kernel.Problems;

namespace Parley.Tests.Identity.Crypto;

/// <summary>S2: password hashes held to published vectors.</summary>
public sealed class PasswordHashTests
{
    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void S2_BLAKE2b_gives_the_hash_of_RFC_7693()
    {
        var hash = new byte[64];
        Blake2b.Hash("abc"u8, hash);
        Assert.Equal(
            "BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDBFFA2D17D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB92386EDD4009923",
            Convert.ToHexString(hash)
        );
    }

    /// <summary>The inputs of RFC 7693's self test (appendix E); their hashes are Python's hashlib's.</summary>
    [Fact]
    public void S2_BLAKE2b_hashes_inputs_of_every_length_to_every_length()
    {
        var all = new List<byte>();
        foreach (var size in new[] { 20, 32, 48, 64 })
        {
            foreach (var length in new[] { 0, 3, 128, 129, 255, 1024 })
            {
                var hash = new byte[size];
                Blake2b.Hash(Sequence(length, (uint)length), hash);
                all.AddRange(hash);
            }
        }

        var folded = new byte[32];
        Blake2b.Hash([.. all], folded);
        Assert.Equal("681F345AD53C6360214EA500FD259EDDDBCA775F605FAD81B9B189D6D88E15C6", Convert.ToHexString(folded));
    }

    /// <summary>RFC 9106, section 5.3.</summary>
    [Fact]
    public void S2_Argon2id_gives_the_tag_of_RFC_9106()
    {
        var tag = new byte[32];
        Argon2id.Hash(Filled(32, 1), Filled(16, 2), new Argon2Parameters(32, 3, 4), tag, Filled(8, 3), Filled(12, 4));
        Assert.Equal("0D640DF58D78766C08C037A34A8B53C9D01EF0452D75B65EB52520E96B01E659", Convert.ToHexString(tag));
    }

    /// <summary>From the tests of the reference implementation.</summary>
    [Theory]
    [InlineData(256, 2, 1, "9DFEB910E80BAD0311FEE20F9C0E2B12C17987B4CAC90C2EF54D5B3021C68BFE")]
    [InlineData(256, 2, 2, "6D093C501FD5999645E0EA3BF620D7B8BE7FD2DB59C20D9FFF9539DA2BF57037")]
    [InlineData(65536, 2, 1, "09316115D5CF24ED5A15A31A3BA326E5CF32EDC24702987C02B6566F61913CF7")]
    public void S2_Argon2id_agrees_with_the_reference_implementation(int memory, int passes, int lanes, string expected)
    {
        var tag = new byte[32];
        Argon2id.Hash("password"u8, "somesalt"u8, new Argon2Parameters(memory, passes, lanes), tag);
        Assert.Equal(expected, Convert.ToHexString(tag));
    }

    [Fact]
    public unsafe void Blocks_are_mixed_alike_in_words_and_in_pairs()
    {
        Assert.SkipUnless(Ssse3.IsSupported, "pairs are for x86");
        var random = new Random(9106);
        for (var round = 0; round < 200; round++)
        {
            var (x, y, words) = (Block(random), Block(random), Block(random));
            var pairs = words.ToArray();
            fixed (
                ulong* left = x,
                    right = y,
                    intoWords = words,
                    intoPairs = pairs
            )
            {
                Argon2Block.MixWords(left, right, intoWords, keep: round % 2 == 0);
                Argon2Block.MixPairs(left, right, intoPairs, keep: round % 2 == 0);
            }

            Assert.Equal(words, pairs);
        }

        static ulong[] Block(Random random)
        {
            var block = new ulong[128];
            random.NextBytes(MemoryMarshal.AsBytes(block.AsSpan()));
            return block;
        }
    }

    /// <summary>From the tests of crypt_blowfish; the last shows that bytes past the 72nd never counted.</summary>
    [Theory]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a")]
    [InlineData("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy")]
    [InlineData(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
        "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
    )]
    public void S2_bcrypt_verifies_its_published_hashes(string password, string hash)
    {
        Assert.True(Bcrypt.IsHash(hash));
        Assert.True(Bcrypt.Verify(Utf8(password), hash));
        Assert.False(Bcrypt.Verify(Utf8("x" + password), hash));
    }

    [Theory]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe")]
    [InlineData("$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCC=.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("")]
    public void S2_what_is_no_bcrypt_hash_is_never_verified(string text) => Assert.False(Bcrypt.IsHash(text));

    [Fact]
    public async Task S2_who_would_wait_too_long_is_turned_away_at_once_and_told_when_to_come_back()
    {
        using var passwords = new Passwords(new IdentityOptions { Hash = new Argon2Parameters(1024, 1, 1) });
        var crowd = 200 * Environment.ProcessorCount;
        var hashes = Enumerable.Range(0, crowd).Select(_ => passwords.HashAsync("p", CancellationToken.None)).ToList();
        var away = 0;
        foreach (var hash in hashes)
        {
            try
            {
                Assert.StartsWith("$argon2id$", await hash, StringComparison.Ordinal);
            }
            catch (ProblemException busy)
            {
                Assert.Equal((ProblemCodes.Busy, 2.0), (busy.Code, busy.RetryAfter!.Value.TotalSeconds));
                away++;
            }
        }

        Assert.InRange(away, 1, crowd - 1);
        Assert.NotEmpty(await passwords.HashAsync("p", CancellationToken.None));
    }

    [Fact]
    public async Task S2_hashes_stand_back_behind_other_work()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "niceness of threads is Linux's");
        static int Niceness() =>
            int.Parse(
                File.ReadAllText("/proc/thread-self/stat").Split(") ")[1].Split(' ')[16],
                System.Globalization.CultureInfo.InvariantCulture
            );
        var own = Niceness();
        using var watched = new ManualResetEventSlim();
        var work = BackgroundThread.RunAsync(() =>
        {
            watched.Wait(TestContext.Current.CancellationToken);
            return Niceness();
        });
        // Runs in the thread that ends the work, whose niceness every thread started from there would take over.
        var after = work.ContinueWith(
            _ => Niceness(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        watched.Set();
        Assert.Equal(Math.Max(own, 5), await work);
        Assert.Equal(own, await after);
    }

    [Fact]
    public async Task What_hashing_throws_reaches_its_caller() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            BackgroundThread.RunAsync<int>(() => throw new InvalidOperationException("no memory"))
        );

    private static byte[] Filled(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    /// <summary>The generator of RFC 7693, appendix E.</summary>
    private static byte[] Sequence(int length, uint seed)
    {
        var (a, b) = (0xDEAD4BAD * seed, 1u);
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            (a, b) = (b, a + b);
            bytes[i] = (byte)(b >> 24);
        }

        return bytes;
    }
}
