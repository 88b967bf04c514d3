import { api, of, type Schema } from "../api/client";

/** Whether this browser can: the readers of options are younger than passkeys, and only on pages it trusts. */
export const hasPasskeys =
  typeof PublicKeyCredential !== "undefined" && typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";

/** A passkey stands for both factors. Whoever closes the browser's dialog gets an AbortError or a plain sentence. */
export async function signInByPasskey(): Promise<Schema["TokenAnswer"]> {
  const asked = await of(api.POST("/api/auth/passkeys/signin/options"));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    asked.public_key as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  let credential: PublicKeyCredential;
  try {
    credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "NotAllowedError") {
      throw new Error("No passkey was given. Passkeys belong to one address: on this machine, open the page at localhost.");
    }
    throw failure;
  }
  const body = { credential: credential.toJSON() as Record<string, never>, cookie: true };
  return of(api.POST("/api/auth/passkeys/signin", { body }));
}
