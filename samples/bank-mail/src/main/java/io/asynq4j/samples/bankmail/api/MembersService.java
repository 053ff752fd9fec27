package io.asynq4j.samples.bankmail.api;

import io.asynq4j.samples.bankmail.members.EmailTakenException;
import io.asynq4j.samples.bankmail.members.Members;
import io.asynq4j.samples.bankmail.proto.CreateMemberRequest;
import io.asynq4j.samples.bankmail.proto.CreateMemberResponse;
import io.asynq4j.samples.bankmail.proto.MembersGrpc;
import io.asynq4j.samples.bankmail.proto.NotifyMemberRequest;
import io.asynq4j.samples.bankmail.proto.NotifyMemberResponse;
import io.asynq4j.samples.bankmail.proto.VerifyMemberRequest;
import io.asynq4j.samples.bankmail.proto.VerifyMemberResponse;
import io.asynq4j.samples.bankmail.signup.SignUp;
import io.asynq4j.samples.bankmail.tasks.TaskDistributor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code members.proto} promises. */
public final class MembersService extends MembersGrpc.MembersImplBase {
    private static final Logger log = LoggerFactory.getLogger(MembersService.class);

    private final SignUp signUp;
    private final Members members;
    private final TaskDistributor distributor;

    public MembersService(SignUp signUp, Members members, TaskDistributor distributor) {
        this.signUp = signUp;
        this.members = members;
        this.distributor = distributor;
    }

    @Override
    public void createMember(CreateMemberRequest request, StreamObserver<CreateMemberResponse> answer) {
        reply(answer, () -> {
            var id = signUp.create(Inputs.name(request.getName()), Inputs.email(request.getEmail()));
            log.info("member {} is stored", id);
            return CreateMemberResponse.newBuilder().setMemberId(id).build();
        });
    }

    @Override
    public void verifyMember(VerifyMemberRequest request, StreamObserver<VerifyMemberResponse> answer) {
        reply(answer, () -> {
            if (!members.verify(request.getMemberId(), request.getCode())) {
                throw Status.NOT_FOUND.withDescription("this is nobody's code").asRuntimeException();
            }
            return VerifyMemberResponse.getDefaultInstance();
        });
    }

    @Override
    public void notifyMember(NotifyMemberRequest request, StreamObserver<NotifyMemberResponse> answer) {
        reply(answer, () -> {
            if (members.find(request.getMemberId()).isEmpty()) {
                throw Status.NOT_FOUND
                        .withDescription("there is no such member")
                        .asRuntimeException();
            }
            distributor.sendNotification(request.getMemberId(), Inputs.text(request.getText()));
            return NotifyMemberResponse.getDefaultInstance();
        });
    }

    private static <T> void reply(StreamObserver<T> answer, Supplier<T> call) {
        try {
            answer.onNext(call.get());
            answer.onCompleted();
        } catch (StatusRuntimeException refused) {
            answer.onError(refused);
        } catch (IllegalArgumentException wrong) {
            answer.onError(
                    Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()).asRuntimeException());
        } catch (EmailTakenException taken) {
            answer.onError(
                    Status.ALREADY_EXISTS.withDescription(taken.getMessage()).asRuntimeException());
        } catch (RuntimeException failed) {
            log.error("a call failed", failed);
            answer.onError(
                    Status.UNAVAILABLE.withDescription("please try again later").asRuntimeException());
        }
    }
}
