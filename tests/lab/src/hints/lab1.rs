//! Hints for Lab 1: MapReduce.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "1",
        name: "wc",
        function: "wc",
        levels: [
            "Counts words with three workers and compares the merged output with the sequential program's, \
             as soon as the coordinator has ended.",
            "The coordinator ends before the last output is in its place, words go to different reduce \
             tasks in different map tasks, or intermediate data of a worker that was given up is counted \
             too.",
            "The paper's section 3.1: all pairs of one key go to the same of the R partitions, chosen by a \
             function of the key, and the master wakes the user program only when all map and reduce tasks \
             are done. The Lab 1 page: the coordinator says it is done only then.",
        ],
    },
    Hint {
        part: "1",
        name: "indexer",
        function: "indexer",
        levels: [
            "Builds an index of which words are in which files with two workers, and compares it with the \
             sequential result as soon as one worker has ended.",
            "Values of a key are lost or torn when intermediate files are written and read, or a worker \
             leaves as soon as it has nothing to do instead of when the job is done.",
            "The paper's section 3.1, steps 5 and 6: a reducer reads all intermediate data of its \
             partition, sorts it so that equal keys stand together, and hands each key over with all of its \
             values.",
        ],
    },
    Hint {
        part: "1",
        name: "map parallelism",
        function: "map_parallelism",
        levels: [
            "Every map call tells its process and how many others it saw at work. Two processes must have \
             been seen, at the same time.",
            "The coordinator gives out the next task only when the one before is reported, or a worker asks \
             for many at once and the other gets none.",
            "The paper's section 3.1, step 2: the master picks idle workers and assigns each a task, so \
             that as many are at work as there are workers and tasks.",
        ],
    },
    Hint {
        part: "1",
        name: "reduce parallelism",
        function: "reduce_parallelism",
        levels: [
            "The reduce calls count how many of them run at the same time. At least two must have seen two.",
            "Reduce tasks are handed out one by one, or all to the worker that finished the map phase.",
            "The paper's section 3.1, step 2, is as true for the R reduce tasks as for the M map tasks: \
             each is assigned on its own to a worker that is idle.",
        ],
    },
    Hint {
        part: "1",
        name: "job count",
        function: "job_count",
        levels: [
            "Each map call takes some seconds and leaves a file; the reducer counts the files, which must \
             be as many as there are inputs. Workers started late must end at once.",
            "A task is given out again long before its worker can be called slow, or the coordinator \
             forgets that it is already under way.",
            "The Lab 1 page: the coordinator gives a task to another worker when the first has not finished \
             it in a reasonable time, for which it asks for ten seconds. No task here needs that long.",
        ],
    },
    Hint {
        part: "1",
        name: "early exit",
        function: "early_exit",
        levels: [
            "Two reduce tasks are slow. When the first of coordinator and three workers ends, the output \
             must already be complete, and nothing may change afterwards.",
            "A worker that gets no task takes that for the end of the job, or the coordinator ends when all \
             reduce tasks are given out rather than finished.",
            "The Lab 1 page, hints: reduces may have to wait, so a worker without a task asks again later; \
             it may only leave when the coordinator says that the job is done or is gone.",
        ],
    },
    Hint {
        part: "1",
        name: "crash",
        function: "crash",
        levels: [
            "In a third of all calls the worker dies, in another third it dawdles; dead workers are \
             replaced. The result must be the sequential one, and no stray files may be left.",
            "A dead worker's task is never given out again, its half-written output is taken for a whole \
             one, or a straggler's late report is counted a second time.",
            "The paper's section 3.3: tasks of a failed worker become idle again and are executed \
             elsewhere, and output appears under its final name by an atomic rename, so that of two \
             executions only one counts. The Lab 1 page suggests temporary files for just this.",
        ],
    },
];
