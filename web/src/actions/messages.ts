import { useMemo } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { navigate } from "../app/router";
import { manner } from "../chat/context";
import { lastModel, modelOf, type Model } from "../chat/models";
import { again, ask } from "../chat/turns";
import type { Message } from "../conversation/useConversation";
import { tell } from "../live/live";
import { refresh } from "../shell/conversations";
import { say } from "../ui/toasts";

/** What can be done to a message of a conversation; what changes it is null where one only reads. */
export interface Acts {
  conversation: string;
  /** Null too where there is no model to ask. */
  ask: {
    edit: (message: Message, text: string) => void;
    again: (message: Message) => void;
    goOn: (message: Message) => void;
  } | null;
  change: {
    favourite: (message: Message) => void;
    pin: (message: Message) => void;
    react: (message: Message, reaction: string) => void;
    remove: (message: Message) => void;
    share: (message: Message) => void;
  } | null;
  copy: (message: Message) => void;
  link: (message: Message) => void;
  fork: (message: Message) => void;
}

/** What was written in place of a question, until it is asked. */
export const edits = new Map<string, string>();

const failed = (failure: unknown) => say(messageOf(failure), { wrong: true });

export function useActs(head: Schema["ConversationView"] | null, models: readonly Model[] | null, learn: (message: Message) => void): Acts | null {
  return useMemo(() => (head ? actsOf(head, models, learn) : null), [head, models, learn]);
}

function actsOf(head: Schema["ConversationView"], models: readonly Model[] | null, learn: (message: Message) => void): Acts {
  const { id } = head;
  const own = !head.shared && !head.deleted_at;
  const path = (message: Message) => ({ path: { id, mid: message.id } });
  /** Its own model answers again; a question gets the one that was chosen last. */
  const model = (message: Message) => ({ model_name: modelOf(models, message.model, lastModel(), head.model) });

  async function mark(message: Message, body: Schema["ChangeMessage"], said: string) {
    try {
      learn(await of(api.PATCH("/api/conversations/{id}/messages/{mid}", { params: path(message), body })));
      say(said);
    } catch (failure) {
      failed(failure);
    }
  }

  async function edit(message: Message, text: string) {
    edits.set(message.id, text);
    const begun = () => void edits.delete(message.id);
    const files = message.parts?.some((part) => part.attachment) ?? false;
    if (message.parent_id !== null && !files) {
      const question = { message: text, conversation_id: id, parent_id: message.parent_id, ...model(message), ...manner() };
      return ask(question, { begun });
    }
    // A question is asked behind a message, so one that nothing is before is changed first; so is one with files, which stay.
    try {
      const made = await of(api.PATCH("/api/conversations/{id}/messages/{mid}", { params: path(message), body: { content: text } }));
      await again("regenerate", id, made.id, "", { ...model(message), ...manner() }, { begun });
    } catch (failure) {
      failed(failure);
    }
  }

  async function fork(message: Message) {
    try {
      const params = { path: { id }, header: { "Idempotency-Key": crypto.randomUUID() } };
      const made = await of(api.POST("/api/conversations/{id}/fork", { params, body: { message_id: message.id } }));
      refresh(made.id);
      navigate(`/c/${made.id}`);
      say("This is a copy of it up to there.");
    } catch (failure) {
      failed(failure);
    }
  }

  async function remove(message: Message, branch: boolean) {
    await of(api.DELETE("/api/conversations/{id}/messages/{mid}", { params: { ...path(message), query: { branch } } }));
    tell({ type: "conversation", conversation_id: id });
    say("The message is deleted.");
  }

  const write = async (text: string, said: string) => {
    try {
      await navigator.clipboard.writeText(text);
      say(said);
    } catch {
      say("The browser does not let this page copy.", { wrong: true });
    }
  };

  return {
    conversation: id,
    ask:
      own && models !== null && models.length > 0
        ? {
            edit: (message, text) => void edit(message, text),
            again: (message) => void again("regenerate", id, message.id, "", { ...model(message), ...manner() }),
            goOn: (message) => void again("continue", id, message.id, message.content, { ...model(message), ...manner() }),
          }
        : null,
    change: own
      ? {
          favourite: (message) => void mark(message, { favourite: !message.favourite }, message.favourite ? "No favourite any more." : "A favourite now."),
          pin: (message) =>
            void mark(message, { pinned: !message.pinned }, message.pinned ? "It is no longer pinned." : "It is pinned: models are told it with every question after it."),
          react: (message, reaction) => {
            const there = message.reactions.includes(reaction);
            const reactions = there ? message.reactions.filter((one) => one !== reaction) : [...message.reactions, reaction];
            void mark(message, { reactions }, there ? `${reaction} is taken away.` : `${reaction} is added.`);
          },
          remove: (message) =>
            dialog.set({
              name: "confirm",
              title: "Delete this message?",
              text: "What answers it stays, and moves up. It cannot be undone.",
              yes: "Delete",
              run: () => remove(message, false),
            }),
          share: (message) => dialog.set({ name: "share", item: head, message: message.id }),
        }
      : null,
    copy: (message) => void write(message.content, "Copied."),
    link: (message) => void write(`${location.origin}/c/${id}/${message.id}`, "The link is copied."),
    fork: (message) => void fork(message),
  };
}
