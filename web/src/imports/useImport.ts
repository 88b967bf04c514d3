import { useCallback, useEffect, useRef, useState } from "react";
import { api, ApiError, messageOf, of, send, type Schema } from "../api/client";
import { reload } from "../shell/conversations";
import { readEvents } from "../api/events";

export type Job = Schema["ImportJob"];

const over = (job: Job) => !["queued", "running", "undoing"].includes(job.status);

/** Imports, newest first, each followed while it runs. */
export function useImports() {
  const [jobs, setJobs] = useState<readonly Job[] | null>(null);
  const [wrong, setWrong] = useState("");
  /** What is on its way to the server: it has no id yet. */
  const [sending, setSending] = useState<readonly string[]>([]);
  const followed = useRef(new Map<string, AbortController>());

  const put = useCallback((job: Job) => {
    setJobs((now) => {
      const known = now ?? [];
      return known.some((one) => one.id === job.id) ? known.map((one) => (one.id === job.id ? { ...one, ...job } : one)) : [job, ...known];
    });
  }, []);

  const follow = useCallback(
    async (job: Job) => {
      put(job);
      if (over(job) || followed.current.has(job.id)) return;
      const own = new AbortController();
      followed.current.set(job.id, own);
      try {
        const make = () => new Request(`/api/imports/${job.id}/events`, { headers: { Accept: "text/event-stream" }, signal: own.signal });
        const answer = await send(make);
        if (!answer.ok) throw await ApiError.of(answer);
        for await (const { data } of readEvents(answer)) {
          const event = JSON.parse(data) as Schema["ImportEvent"];
          if (event.progress) put({ ...job, status: event.progress.status, progress: event.progress });
          if (event.import) put(event.import);
        }
        put(await of(api.GET("/api/imports/{id}", { params: { path: { id: job.id } } })));
      } catch (failure) {
        if (!own.signal.aborted) setWrong(messageOf(failure));
      } finally {
        followed.current.delete(job.id);
        if (!own.signal.aborted) void reload();
      }
    },
    [put],
  );

  useEffect(() => {
    const running = followed.current;
    of(api.GET("/api/imports", { params: { query: { limit: 20 } } })).then(
      (page) => {
        setJobs(page.items);
        for (const job of page.items) void follow(job);
      },
      (failure: unknown) => setWrong(messageOf(failure)),
    );
    return () => {
      for (const one of running.values()) one.abort();
      running.clear();
    };
  }, [follow]);

  /** Files go one after the other, as the bytes they are: nothing is read into memory here. */
  const bring = useCallback(
    async (files: readonly File[]) => {
      setWrong("");
      for (const file of files) {
        setSending((now) => [...now, file.name]);
        try {
          const make = () =>
            new Request(`/api/import?${new URLSearchParams({ name: file.name })}`, {
              method: "POST",
              headers: { "Content-Type": "application/octet-stream", Accept: "text/event-stream" },
              body: file,
            });
          const answer = await send(make);
          if (!answer.ok) throw await ApiError.of(answer);
          await answer.body?.cancel(); // the job goes on by itself; it is followed by its own events
          const page = await of(api.GET("/api/imports", { params: { query: { limit: 5 } } }));
          for (const job of page.items.toReversed()) void follow(job);
        } catch (failure) {
          setWrong(`${file.name}: ${messageOf(failure)}`);
        } finally {
          setSending((now) => now.filter((name) => name !== file.name));
        }
      }
    },
    [follow],
  );

  const stop = useCallback(
    async (job: Job) => {
      try {
        await of(api.POST("/api/imports/{id}/cancel", { params: { path: { id: job.id } } }));
        put(await of(api.GET("/api/imports/{id}", { params: { path: { id: job.id } } })));
      } catch (failure) {
        setWrong(messageOf(failure));
      }
    },
    [put],
  );

  const undo = useCallback(
    async (job: Job) => {
      put({ ...job, status: "undoing" });
      try {
        await of(api.DELETE("/api/imports/{id}", { params: { path: { id: job.id } } }));
        await follow(await of(api.GET("/api/imports/{id}", { params: { path: { id: job.id } } })));
        void reload();
      } catch (failure) {
        put(job);
        setWrong(messageOf(failure));
      }
    },
    [put, follow],
  );

  return { jobs, sending, wrong, bring, stop, undo };
}
