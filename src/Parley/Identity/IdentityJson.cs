using System.Text.Json.Serialization;
using Parley.Identity.Oidc;
using Parley.Identity.OpenWebUi;
using Parley.Identity.Passkeys;
using Parley.Kernel.Http;

namespace Parley.Identity;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(SignUp))]
[JsonSerializable(typeof(Refresh))]
[JsonSerializable(typeof(ChangeMe))]
[JsonSerializable(typeof(ChangePassword))]
[JsonSerializable(typeof(ChangeEmail))]
[JsonSerializable(typeof(CreateKey))]
[JsonSerializable(typeof(CreateUser))]
[JsonSerializable(typeof(ChangeUser))]
[JsonSerializable(typeof(ShowPassword))]
[JsonSerializable(typeof(ShowCode))]
[JsonSerializable(typeof(SecretView))]
[JsonSerializable(typeof(RecoveryView))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(NewKeyView))]
[JsonSerializable(typeof(Page<UserView>))]
[JsonSerializable(typeof(Page<SessionView>))]
[JsonSerializable(typeof(Page<KeyView>))]
[JsonSerializable(typeof(Page<AuditView>))]
[JsonSerializable(typeof(LinkProvider))]
[JsonSerializable(typeof(GoTo))]
[JsonSerializable(typeof(NameGroup))]
[JsonSerializable(typeof(SetMembers))]
[JsonSerializable(typeof(Page<GroupView>))]
[JsonSerializable(typeof(SetGrants))]
[JsonSerializable(typeof(GrantTo))]
[JsonSerializable(typeof(QuotaSet))]
[JsonSerializable(typeof(QuotaReport))]
[JsonSerializable(typeof(Page<GrantView>))]
[JsonSerializable(typeof(TakeOverUsers))]
[JsonSerializable(typeof(OpenWebUiUser))]
[JsonSerializable(typeof(TakenOverUsers))]
[JsonSerializable(typeof(OpenWebUiToken))]
[JsonSerializable(typeof(AddPasskey))]
[JsonSerializable(typeof(RenamePasskey))]
[JsonSerializable(typeof(PasskeySignIn))]
[JsonSerializable(typeof(PasskeyOptions))]
[JsonSerializable(typeof(Page<PasskeyView>))]
internal sealed partial class IdentityJson : JsonSerializerContext;
