// Command peer is the Go side of our interoperability tests: an ordinary client, worker and inspector of asynq.
//
// It is told what to do by its arguments and by JSON lines on standard input, and answers in JSON lines.
//
// An ADDRESS is HOST:PORT, or several of them with commas between, which are nodes of a cluster.
//
//	peer enqueue ADDRESS          reads tasks, one to a line, and puts each on its queue
//	peer work ADDRESS QUEUE N     works on a queue, N tasks at a time, until its input ends, and tells each call
//	peer aggregate ADDRESS QUEUE  like work, 3 members of a group at a time, and tells the tasks that it makes of them
//	peer list ADDRESS QUEUE       tells all tasks of a queue that wait, are kept or are archived
//	peer wake ADDRESS N MS Q,...  enqueues N tasks, one each MS milliseconds, on one queue after the other; the payload is the
//	                              time in microseconds right before
//	peer cron ADDRESS             tells the entries of schedulers, and what each did: what "cron ls" and "cron history" show
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hibiken/asynq"
)

// order is a task to be enqueued. A payload that is absent is nil, one that is "" is empty.
type order struct {
	ID         string
	Queue      string
	Type       string
	PayloadHex *string
	Headers    map[string]string
	MaxRetry   int
	RetentionS int
	Group      string // empty: none
}

// call is what the handler was given.
type call struct {
	ID         string            `json:"id"`
	Type       string            `json:"type"`
	PayloadHex string            `json:"payload_hex"`
	Headers    map[string]string `json:"headers"`
	Retried    int               `json:"retried"`
}

// view is what the inspector tells of a task.
type view struct {
	ID         string            `json:"id"`
	Type       string            `json:"type"`
	State      string            `json:"state"`
	PayloadHex string            `json:"payload_hex"`
	Headers    map[string]string `json:"headers"`
	MaxRetry   int               `json:"max_retry"`
	Retried    int               `json:"retried"`
	LastErr    string            `json:"last_err"`
	TimeoutS   int64             `json:"timeout_s"`
	RetentionS int64             `json:"retention_s"`
	Failed     bool              `json:"failed"`
	Completed  bool              `json:"completed"`
	ResultHex  string            `json:"result_hex"`
}

// entry is what the inspector tells of a periodic task; its tasks are the newest first.
type entry struct {
	ID         string   `json:"id"`
	Spec       string   `json:"spec"`
	Type       string   `json:"type"`
	PayloadHex string   `json:"payload_hex"`
	Options    []string `json:"options"`
	NextUnixS  int64    `json:"next_unix_s"`
	Never      bool     `json:"never"`
	Tasks      []string `json:"tasks"`
}

var out = struct {
	sync.Mutex
	*json.Encoder
}{Encoder: json.NewEncoder(os.Stdout)}

func main() {
	if len(os.Args) < 3 {
		fail(errors.New("what to do, and on which Redis?"))
	}
	redis := server(os.Args[2])
	switch os.Args[1] {
	case "enqueue":
		enqueue(redis)
	case "work":
		concurrency, err := strconv.Atoi(os.Args[4])
		check(err)
		work(redis, os.Args[3], concurrency)
	case "aggregate":
		aggregate(redis, os.Args[3])
	case "wake":
		n, err := strconv.Atoi(os.Args[3])
		check(err)
		millis, err := strconv.Atoi(os.Args[4])
		check(err)
		wake(redis, n, time.Duration(millis)*time.Millisecond, strings.Split(os.Args[5], ","))
	case "list":
		list(redis, os.Args[3])
	case "cron":
		cron(redis)
	default:
		fail(fmt.Errorf("nothing is called %q", os.Args[1]))
	}
}

func server(address string) asynq.RedisConnOpt {
	if nodes := strings.Split(address, ","); len(nodes) > 1 {
		return asynq.RedisClusterClientOpt{Addrs: nodes}
	}
	return asynq.RedisClientOpt{Addr: address}
}

func cron(redis asynq.RedisConnOpt) {
	inspector := asynq.NewInspector(redis)
	defer inspector.Close()
	entries, err := inspector.SchedulerEntries()
	check(err)
	for _, e := range entries {
		options := []string{}
		for _, option := range e.Opts {
			options = append(options, option.String())
		}
		events, err := inspector.ListSchedulerEnqueueEvents(e.ID, asynq.PageSize(100))
		check(err)
		tasks := []string{}
		for _, event := range events {
			tasks = append(tasks, event.TaskID)
		}
		tell(entry{e.ID, e.Spec, e.Task.Type(), hex.EncodeToString(e.Task.Payload()), options,
			e.Next.Unix(), e.Prev.IsZero(), tasks})
	}
}

func enqueue(redis asynq.RedisConnOpt) {
	client := asynq.NewClient(redis)
	defer client.Close()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o order
		check(json.Unmarshal(lines.Bytes(), &o))
		var payload []byte
		if o.PayloadHex != nil {
			var err error
			payload, err = hex.DecodeString(*o.PayloadHex)
			check(err)
		}
		task := asynq.NewTaskWithHeaders(o.Type, payload, o.Headers)
		options := []asynq.Option{asynq.TaskID(o.ID), asynq.Queue(o.Queue), asynq.MaxRetry(o.MaxRetry),
			asynq.Retention(time.Duration(o.RetentionS) * time.Second)}
		if o.Group != "" {
			options = append(options, asynq.Group(o.Group))
		}
		info, err := client.Enqueue(task, options...)
		check(err)
		tell(of(info))
	}
	check(lines.Err())
}

func wake(redis asynq.RedisConnOpt, n int, gap time.Duration, queues []string) {
	client := asynq.NewClient(redis)
	defer client.Close()
	for i := 0; i < n; i++ {
		time.Sleep(gap)
		now := strconv.FormatInt(time.Now().UnixMicro(), 10)
		_, err := client.Enqueue(asynq.NewTask("wake", []byte(now)), asynq.Queue(queues[i%len(queues)]))
		check(err)
	}
}

func work(redis asynq.RedisConnOpt, queue string, concurrency int) {
	server := asynq.NewServer(redis, asynq.Config{
		Concurrency:              concurrency,
		Queues:                   map[string]int{queue: 1},
		TaskCheckInterval:        20 * time.Millisecond,
		DelayedTaskCheckInterval: 100 * time.Millisecond,
		RetryDelayFunc:           retryDelay,
		LogLevel:                 asynq.ErrorLevel,
	})
	check(server.Start(asynq.HandlerFunc(handle)))
	tell("working")
	_, err := io.Copy(io.Discard, os.Stdin) // until the test has seen enough
	check(err)
	server.Shutdown()
}

func aggregate(redis asynq.RedisConnOpt, queue string) {
	server := asynq.NewServer(redis, asynq.Config{
		Queues:            map[string]int{queue: 1},
		TaskCheckInterval: 20 * time.Millisecond,
		GroupGracePeriod:  time.Second,
		GroupMaxSize:      3,
		GroupAggregator:   asynq.GroupAggregatorFunc(join),
		LogLevel:          asynq.ErrorLevel,
	})
	check(server.Start(asynq.HandlerFunc(handle)))
	tell("working")
	_, err := io.Copy(io.Discard, os.Stdin) // until the test has seen enough
	check(err)
	server.Shutdown()
}

// join makes a task of the payloads of the members.
func join(_ string, tasks []*asynq.Task) *asynq.Task {
	var payloads [][]byte
	for _, task := range tasks {
		payloads = append(payloads, task.Payload())
	}
	return asynq.NewTask("plain", bytes.Join(payloads, []byte(",")))
}

func retryDelay(_ int, _ error, task *asynq.Task) time.Duration {
	if task.Type() == "fail:later" {
		return time.Hour
	}
	return time.Second
}

// handle does what the type of the task says.
func handle(ctx context.Context, task *asynq.Task) error {
	id, _ := asynq.GetTaskID(ctx)
	retried, _ := asynq.GetRetryCount(ctx)
	tell(call{id, task.Type(), hex.EncodeToString(task.Payload()), some(task.Headers()), retried})
	switch task.Type() {
	case "fail:once":
		if retried == 0 {
			return errors.New("not yet")
		}
	case "fail:always":
		return errors.New("never")
	case "fail:later":
		return errors.New("later")
	case "fail:skip":
		return fmt.Errorf("bad input: %w", asynq.SkipRetry)
	case "answer":
		_, err := task.ResultWriter().Write([]byte{0, 0xff, 'o', 'k'})
		return err
	}
	return nil
}

func list(redis asynq.RedisConnOpt, queue string) {
	inspector := asynq.NewInspector(redis)
	defer inspector.Close()
	for _, page := range []func(string, ...asynq.ListOption) ([]*asynq.TaskInfo, error){
		inspector.ListPendingTasks, inspector.ListActiveTasks, inspector.ListScheduledTasks,
		inspector.ListRetryTasks, inspector.ListArchivedTasks, inspector.ListCompletedTasks,
	} {
		infos, err := page(queue, asynq.PageSize(1000))
		check(err)
		for _, info := range infos {
			tell(of(info))
		}
	}
}

func of(info *asynq.TaskInfo) view {
	return view{
		ID: info.ID, Type: info.Type, State: info.State.String(), PayloadHex: hex.EncodeToString(info.Payload),
		Headers: some(info.Headers), MaxRetry: info.MaxRetry, Retried: info.Retried, LastErr: info.LastErr,
		TimeoutS: int64(info.Timeout / time.Second), RetentionS: int64(info.Retention / time.Second),
		Failed: !info.LastFailedAt.IsZero(), Completed: !info.CompletedAt.IsZero(), ResultHex: hex.EncodeToString(info.Result),
	}
}

// some makes no headers an empty map, which is {} in JSON.
func some(headers map[string]string) map[string]string {
	if headers == nil {
		return map[string]string{}
	}
	return headers
}

func tell(what any) {
	out.Lock()
	defer out.Unlock()
	check(out.Encode(what))
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "peer:", err)
	os.Exit(1)
}
