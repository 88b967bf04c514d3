using System.Text.Json.Serialization;
using Parley.Identity.Oidc;
using Parley.Identity.OpenWebUi;
using Parley.Identity.Passkeys;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Identity;

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(SignIn), GenerationMode = Metadata)]
[JsonSerializable(typeof(SignUp), GenerationMode = Metadata)]
[JsonSerializable(typeof(Refresh), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeMe), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangePassword), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeEmail), GenerationMode = Metadata)]
[JsonSerializable(typeof(CreateKey), GenerationMode = Metadata)]
[JsonSerializable(typeof(CreateUser), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeUser), GenerationMode = Metadata)]
[JsonSerializable(typeof(ShowPassword), GenerationMode = Metadata)]
[JsonSerializable(typeof(ShowCode), GenerationMode = Metadata)]
[JsonSerializable(typeof(LinkProvider), GenerationMode = Metadata)]
[JsonSerializable(typeof(NameGroup), GenerationMode = Metadata)]
[JsonSerializable(typeof(SetMembers), GenerationMode = Metadata)]
[JsonSerializable(typeof(SetGrants), GenerationMode = Metadata)]
[JsonSerializable(typeof(GrantTo), GenerationMode = Metadata)]
[JsonSerializable(typeof(QuotaSet), GenerationMode = Metadata)]
[JsonSerializable(typeof(TakeOverUsers), GenerationMode = Metadata)]
[JsonSerializable(typeof(OpenWebUiUser), GenerationMode = Metadata)]
[JsonSerializable(typeof(AddPasskey), GenerationMode = Metadata)]
[JsonSerializable(typeof(RenamePasskey), GenerationMode = Metadata)]
[JsonSerializable(typeof(PasskeySignIn), GenerationMode = Metadata)]
[JsonSerializable(typeof(SecretView))]
[JsonSerializable(typeof(RecoveryView))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(NewKeyView))]
[JsonSerializable(typeof(Page<UserView>))]
[JsonSerializable(typeof(Page<SessionView>))]
[JsonSerializable(typeof(Page<KeyView>))]
[JsonSerializable(typeof(Page<AuditView>))]
[JsonSerializable(typeof(GoTo))]
[JsonSerializable(typeof(Page<GroupView>))]
[JsonSerializable(typeof(QuotaReport))]
[JsonSerializable(typeof(Page<GrantView>))]
[JsonSerializable(typeof(TakenOverUsers))]
[JsonSerializable(typeof(OpenWebUiToken))]
[JsonSerializable(typeof(PasskeyOptions))]
[JsonSerializable(typeof(Page<PasskeyView>))]
internal sealed partial class IdentityJson : JsonSerializerContext;
